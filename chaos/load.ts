import pLimit from 'p-limit';
import type { Clock } from './clock';
import type { Hooks } from './hooks';
import type { Ledger } from './ledger';
import type { PlannedAlert } from './plan';
import type { User } from './users';

/** What users were told, as it is compared in the end. */
export type Told = Pick<Ledger, 'promised' | 'deleted'>;

export interface Load {
  told: Told;
  /** Makes the alerts that are to be there when the market opens. */
  createEarly(): Promise<void>;
  /** Makes the others, and deletes those that are to be deleted, each at its time. */
  carryOut(): Promise<void>;
}

const CREATIONS_IN_FLIGHT = 20;

/** What the users of a run do. */
export function createLoad(alerts: PlannedAlert[], users: User[], hooks: Hooks, clock: Clock): Load {
  const told: Told = { promised: [], deleted: [] };
  const ids = new Map<number, string>();
  const limit = pLimit(CREATIONS_IN_FLIGHT);
  const indexed = [...alerts.entries()];

  async function create(index: number, { user, ticker, condition, target }: PlannedAlert): Promise<void> {
    const wish = { ticker, condition, target_price: target, webhook_url: hooks.url(index) };
    const { id, ...how } = await (users[user] as User).create(wish);
    ids.set(index, id);
    told.promised.push({ id, ...how, webhookUrl: wish.webhook_url });
  }

  async function remove(index: number, { user }: PlannedAlert): Promise<void> {
    const id = ids.get(index) as string;
    const { at } = await (users[user] as User).remove(id);
    told.deleted.push({ id, at });
  }

  return {
    told,
    async createEarly() {
      const early = indexed.filter(([, { createAtMs }]) => createAtMs === null);
      await Promise.all(early.map(([index, alert]) => limit(() => create(index, alert))));
    },
    async carryOut() {
      const steps = indexed.flatMap(([index, alert]) => [
        ...(alert.createAtMs === null ? [] : [{ atMs: alert.createAtMs, step: () => create(index, alert) }]),
        ...(alert.deleteAtMs === undefined
          ? []
          : [{ atMs: alert.deleteAtMs, step: () => remove(index, alert) }]),
      ]);
      await Promise.all(
        steps.map(async ({ atMs, step }) => {
          await clock.until(atMs);
          await step();
        }),
      );
    },
  };
}
