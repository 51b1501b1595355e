import { useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { call, callPage } from '../api/client';
import { ApiFailure } from '../api/failure';
import type { Delivery } from '../api/types';
import { useFeed } from '../live/feed';
import { deliveries, deliveryStatus } from '../live/feeds';
import { plural } from '../logic/format';
import { linkTo, route } from '../route';
import { Action, Empty, Failure, Fed, Panel, Time } from '../ui/parts';
import { DeliveryDetails } from './delivery';
import { StatusBadge } from './delivery-status';
import { deliveryName } from './market';

const STATUSES = [undefined, 'pending', 'delivered', 'failed', 'skipped', 'cancelled'] as const;

/** What was sent, and what came of it. */
export function Deliveries() {
  useFeed(deliveries);
  const { id } = route.value;
  return (
    <div class={id ? 'split open' : 'split'}>
      <Panel title="Your webhooks, the newest first" aside={<Filter />}>
        <Fed from={deliveries}>{(page) => <List page={page} />}</Fed>
      </Panel>
      {id && <Selected key={id} id={id} />}
    </div>
  );
}

function Filter() {
  return (
    <label class="filter">
      <span>Status</span>
      <select
        value={deliveryStatus.value ?? ''}
        onChange={({ currentTarget }) => {
          deliveryStatus.value = STATUSES.find((status) => status === currentTarget.value);
          deliveries.clear();
          void deliveries.refresh();
        }}
      >
        {STATUSES.map((status) => (
          <option key={status} value={status ?? ''}>
            {status ?? 'all'}
          </option>
        ))}
      </select>
    </label>
  );
}

function List({ page }: { page: { body: Delivery[]; next?: string } }) {
  const older = useSignal<Delivery[]>([]);
  const cursor = useSignal<string | undefined>(undefined);
  const status = deliveryStatus.value;
  useEffect(() => {
    older.value = [];
    cursor.value = undefined;
  }, [status]);
  const isFirst = older.value.length === 0;
  async function more(): Promise<void> {
    const from = isFirst ? page.next : cursor.value;
    const answer = await callPage('GET /deliveries', {
      params: { query: { limit: 50, status, cursor: from } },
    });
    older.value = [...older.value, ...answer.body];
    cursor.value = answer.next;
  }
  const newest = new Set(page.body.map(({ id }) => id));
  const all = [...page.body, ...older.value.filter(({ id }) => !newest.has(id))];
  if (all.length === 0)
    return status === undefined ? (
      <Empty title="Nothing was sent yet">
        When an alert fires, its webhook shows up here with every attempt. Try your server in the{' '}
        <a href={linkTo('settings')}>settings</a> with a test.
      </Empty>
    ) : (
      <Empty title={`Nothing is ${status}`} />
    );
  return (
    <>
      <ul class="rows deliveries">
        {all.map((delivery) => (
          <li key={delivery.id}>
            <a
              class="row-button"
              href={linkTo('deliveries', delivery.id)}
              aria-current={route.value.id === delivery.id ? 'true' : undefined}
            >
              <span class="what">{deliveryName(delivery)}</span>
              <span class="url">{delivery.webhook_url}</span>
              <span class="row-end">
                <span class="tries">{plural(delivery.attempts.length, 'attempt')}</span>
                <Time at={delivery.created_at} />
                <StatusBadge delivery={delivery} />
              </span>
            </a>
          </li>
        ))}
      </ul>
      {(isFirst ? page.next : cursor.value) && <Action onAct={more}>Show older ones</Action>}
    </>
  );
}

/** The delivery that is looked at: from the list where it is there, asked for where it is not. */
function Selected({ id }: { id: string }) {
  const listed = deliveries.data.value?.body.find((delivery) => delivery.id === id);
  const asked = useSignal<Delivery | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const isThere = listed !== undefined;
  const isOver = asked.value !== undefined && asked.value.status !== 'pending';
  useEffect(() => {
    if (isThere || isOver) return;
    const ask = () =>
      call('GET /deliveries/{id}', { params: { path: { id } } }).then(
        (answer) => {
          asked.value = answer;
          failure.value = undefined;
        },
        (error: unknown) => {
          if (!(error instanceof ApiFailure)) throw error;
          failure.value = error;
        },
      );
    void ask();
    const timer = setInterval(ask, 5_000);
    return () => clearInterval(timer);
  }, [id, isThere, isOver]);
  const delivery = listed ?? asked.value;
  if (delivery)
    return (
      <DeliveryDetails
        delivery={delivery}
        onChanged={(changed) => {
          asked.value = changed;
        }}
      />
    );
  return (
    <Panel title="Delivery" class="details">
      {failure.value ? <Failure failure={failure.value} /> : <p class="loading">Loading …</p>}
    </Panel>
  );
}
