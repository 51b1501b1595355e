import type { Scenario } from '../scenario';
import { burst } from './burst';
import { create } from './create';
import { isolation } from './isolation';
import { latency } from './latency';
import { read } from './read';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: Scenario[] = [latency, burst, isolation, create, read];
