import type { Scenario } from '../scenario';
import { latency } from './latency';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: Scenario[] = [latency];
