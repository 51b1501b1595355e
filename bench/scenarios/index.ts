import type { Scenario } from '../scenario';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: Scenario[] = [];
