import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../db/schema';
import type { JoinedStack } from '../settings';
import type { KeyCache } from './key-cache';
import type { QuoteCache } from './quote-cache';

/** What the API needs of Temporal. Whatever it can't do at once, reconciliation does later. */
export interface AlertWorkflows {
  /** Has an alert's workflow started in the background; never throws. */
  start(alertId: string): void;
  /** Has an alert's workflow read its row again, in the background; never throws. */
  changed(alertId: string): void;
  isUp(): Promise<boolean>;
}

export interface ApiDeps {
  db: Kysely<Database>;
  config: JoinedStack['config'];
  log: Logger;
  quotes: QuoteCache;
  keys: KeyCache;
  workflows: AlertWorkflows;
  /** Throws a `WebhookUrlError` for an address that no webhook may have. */
  checkUrl: (url: string) => Promise<void>;
}
