import type { Kysely } from 'kysely';
import type { Logger } from 'pino';
import type { Database } from '../db/schema';
import type { JoinedStack } from '../settings';
import type { SecretBox } from '../webhooks/secret-box';
import type { KeyCache } from './key-cache';
import type { QuoteCache } from './quote-cache';
import type { StreamHub } from './stream/hub';

/** What the API needs of Temporal. Whatever it can't do at once, reconciliation does later. */
export interface AlertWorkflows {
  /** Has an alert's workflow started in the background; never throws. */
  start(alertId: string, requestId?: string): void;
  /** Has an alert's workflow read its row again, in the background; never throws. */
  changed(alertId: string, requestId?: string): void;
  isUp(): Promise<boolean>;
  /** The page of an alert's workflow in Temporal's Web UI; null where that is not configured. */
  urlOf(alertId: string): string | null;
}

/** What the API needs of the workflows of reports. */
export interface ReportWorkflows {
  /**
   * Has the hours reported that are owed, and the one under way; one that is being made by hand is joined.
   * @throws where Temporal can't be reached
   */
  run(): Promise<{ workflowId: string; runId: string }>;
  /** Where Temporal's Web UI shows it; null where nobody says where that is. */
  urlOf(workflowId: string, runId: string): string | null;
}

/** A delivery and the workflow that makes it. */
export interface DeliveryCarrier {
  /** `msg_…` */
  id: string;
  alertId: string | null;
  ownerId: string;
  workflowId: string;
  /** The request that asked for it. */
  requestId?: string;
}

/** What the API needs of the workflows of deliveries. */
export interface DeliveryWorkflows {
  /** Has a delivery made by a workflow of its own, in the background; never throws. */
  start(delivery: DeliveryCarrier): void;
  /**
   * Has a delivery made by a workflow of its own, and waits for its end.
   * @returns false where it has not ended in time
   * @throws where Temporal can't be reached
   */
  make(delivery: DeliveryCarrier, withinMs: number): Promise<boolean>;
  /** Ends a delivery's pause, in the background; never throws. */
  hurry(delivery: DeliveryCarrier): void;
  /** Ends the workflow of a cancelled delivery, in the background; never throws. */
  cancel(delivery: DeliveryCarrier): void;
  /** A run's page in Temporal's Web UI; null where that is not configured. The latest run, where none is named. */
  urlOf(workflowId: string, runId?: string): string | null;
}

export interface ApiDeps {
  db: Kysely<Database>;
  config: JoinedStack['config'];
  log: Logger;
  quotes: QuoteCache;
  keys: KeyCache;
  stream: StreamHub;
  workflows: AlertWorkflows;
  deliveries: DeliveryWorkflows;
  reports: ReportWorkflows;
  /** Whether this process is about to stop. */
  isDraining: () => boolean;
  /** Encrypts webhook secrets. */
  box: SecretBox;
  /** Throws a `WebhookUrlError` for an address that no webhook may have. */
  checkUrl: (url: string) => Promise<void>;
}
