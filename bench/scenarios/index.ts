import type { Scenario } from '../scenario';
import { history } from './history';
import { idle } from './idle';
import { latency } from './latency';
import { memory } from './memory';
import { missed } from './missed';
import { tick } from './tick';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: Scenario[] = [latency, tick, idle, missed, memory, history];
