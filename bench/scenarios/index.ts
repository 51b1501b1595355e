import type { Scenario } from '../scenario';
import { latency } from './latency';
import { missed } from './missed';
import { tick } from './tick';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: Scenario[] = [latency, tick, missed];
