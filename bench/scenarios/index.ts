import type { Scenario } from '../scenario';
import { burst } from './burst';
import { create } from './create';
import { flood } from './flood';
import { history } from './history';
import { idle } from './idle';
import { isolation } from './isolation';
import { latency } from './latency';
import { memory } from './memory';
import { missed } from './missed';
import { preview } from './preview';
import { read } from './read';
import { stream } from './stream';
import { tick } from './tick';

/** All scenarios, in the order in which they run. */
export const SCENARIOS: Scenario[] = [
  latency,
  burst,
  tick,
  idle,
  missed,
  isolation,
  flood,
  create,
  read,
  stream,
  preview,
  memory,
  history,
];
