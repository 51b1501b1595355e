import type { Logger } from 'pino';
import type { Settings } from '../settings';
import type { Children } from './children';
import type { Life } from './life';

/** What the steps of a start work with once the settings are known. */
export interface Start extends Life {
  settings: Settings;
  children: Children;
  log: Logger;
}
