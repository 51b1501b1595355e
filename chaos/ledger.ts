import type { Client } from '@temporalio/client';
import type { Kysely, Selectable } from 'kysely';
import type { Database } from '../src/db/schema';
import type { AlertsTable } from '../src/db/tables/alerts';
import type { AttemptsTable, DeliveriesTable } from '../src/db/tables/deliveries';
import type { QuotesTable } from '../src/db/tables/quotes';
import type { Arrival } from './hooks';

export type LedgerAlert = Pick<
  Selectable<AlertsTable>,
  | 'id'
  | 'ticker'
  | 'condition'
  | 'target_price'
  | 'armed_seq'
  | 'status'
  | 'firing_number'
  | 'triggered_at'
  | 'triggered_price'
  | 'webhook_url'
>;
export type LedgerQuote = Pick<Selectable<QuotesTable>, 'ticker' | 'seq' | 'price' | 'quoted_at' | 'tick_at'>;
export type LedgerDelivery = Pick<
  Selectable<DeliveriesTable>,
  'id' | 'firing_number' | 'url' | 'body' | 'status'
> & { alert_id: string };
export type LedgerAttempt = Pick<
  Selectable<AttemptsTable>,
  'delivery_id' | 'number' | 'started_at' | 'outcome' | 'status_code'
>;

/** One run of an alert's workflow. */
export interface LedgerWorkflow {
  alertId: string;
  runId: string;
  /** As Temporal names it: `RUNNING`, `COMPLETED`, `FAILED`, … */
  status: string;
}

/** What is stored. */
export interface Stored {
  alerts: LedgerAlert[];
  /** In the order of `seq`. */
  quotes: LedgerQuote[];
  deliveries: LedgerDelivery[];
  /** In their order. */
  attempts: LedgerAttempt[];
}

/** Everything there is to compare at the end of a run: what was stored, what a receiver got and what users were told. */
export interface Ledger extends Stored {
  arrivals: Arrival[];
  workflows: LedgerWorkflow[];
  /** The alerts that users were told exist. */
  promised: { id: string; webhookUrl: string; by: '201' | 'list'; posts: number }[];
  /** The alerts that users were told are deleted, and when. */
  deleted: { id: string; at: Date }[];
  maxAttempts: number;
}

/** Reads what is stored, all of it at one moment. */
export async function readStored(db: Kysely<Database>): Promise<Stored> {
  return await db
    .transaction()
    .setIsolationLevel('repeatable read')
    .execute(async (trx) => ({
      alerts: await trx
        .selectFrom('alerts')
        .select(['id', 'ticker', 'condition', 'target_price', 'armed_seq', 'status', 'firing_number'])
        .select(['triggered_at', 'triggered_price', 'webhook_url'])
        .execute(),
      quotes: await trx
        .selectFrom('quotes')
        .select(['ticker', 'seq', 'price', 'quoted_at', 'tick_at'])
        .orderBy('seq')
        .execute(),
      deliveries: await trx
        .selectFrom('deliveries')
        .select(['id', 'alert_id', 'firing_number', 'url', 'body', 'status'])
        .where('alert_id', 'is not', null)
        .$narrowType<{ alert_id: string }>()
        .execute(),
      attempts: await trx
        .selectFrom('attempts')
        .select(['delivery_id', 'number', 'started_at', 'outcome', 'status_code'])
        .orderBy('delivery_id')
        .orderBy('number')
        .execute(),
    }));
}

/** Every run of every alert's workflow that Temporal's list shows. */
export async function listWorkflows(client: Client): Promise<LedgerWorkflow[]> {
  const workflows: LedgerWorkflow[] = [];
  for await (const { workflowId, runId, status } of client.workflow.list({
    query: `WorkflowType = 'priceAlert'`,
  })) {
    workflows.push({ alertId: workflowId.replace(/^alert-/, ''), runId, status: status.name });
  }
  return workflows;
}
