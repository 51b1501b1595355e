import { signal, useSignal } from '@preact/signals';
import { newWish, wishOf } from '../alert-form/wish';
import type { Alert } from '../api/types';
import { DraftForm, draft } from '../chart/draft';
import { alerts, showMoreAlerts } from '../live/feeds';
import { prices } from '../live/prices';
import { plural, roundedPrice } from '../logic/format';
import { settings } from '../settings';
import { Dialog } from '../ui/dialog';
import { Action, Empty, Fed, Panel } from '../ui/parts';
import { type AlertActs, AlertTable } from './alert-table';
import { EditAlert } from './edit-alert';
import { SnoozeAlert } from './snooze';

const FILTERS = ['all', 'active', 'paused', 'fired', 'expired'] as const;
const filter = signal<(typeof FILTERS)[number]>('all');

/** All alerts, and what can be done with them. */
export function Alerts() {
  const making = useSignal(false);
  const edited = useSignal<Alert | undefined>(undefined);
  const snoozed = useSignal<Alert | undefined>(undefined);
  function begin(): void {
    const ticker = settings.tickers[0] as string;
    const last = prices.value[ticker]?.price;
    draft.value = newWish(ticker, last === undefined ? '' : String(roundedPrice(last * 1.01)));
    making.value = true;
  }
  function end(): void {
    draft.value = undefined;
    making.value = false;
  }
  const acts: AlertActs = {
    onEdit: (alert) => {
      edited.value = alert;
    },
    onSnooze: (alert) => {
      snoozed.value = alert;
    },
    onDuplicate: (alert) => {
      draft.value = wishOf(alert);
      making.value = true;
    },
  };
  return (
    <Panel
      title="Your alerts"
      aside={
        <div class="tools">
          <Filter />
          <Action kind="primary" icon="plus" onAct={begin}>
            New alert
          </Action>
        </div>
      }
    >
      <Fed from={alerts}>
        {({ body, next }) => (
          <>
            <Shown alerts={body} {...acts} />
            {next && (
              <div class="more-rows">
                <Action onAct={showMoreAlerts}>Show more</Action>{' '}
                <span class="hint">These are the newest {plural(body.length, 'alert')}.</span>
              </div>
            )}
          </>
        )}
      </Fed>
      {making.value && (
        <Dialog title="New alert" onClose={end}>
          <DraftForm tickers={settings.tickers} onDone={end} />
        </Dialog>
      )}
      {edited.value && <EditAlert alert={edited.value} onClose={() => (edited.value = undefined)} />}
      {snoozed.value && <SnoozeAlert alert={snoozed.value} onClose={() => (snoozed.value = undefined)} />}
    </Panel>
  );
}

function Filter() {
  return (
    <fieldset class="segments">
      <legend class="unseen">Which alerts</legend>
      {FILTERS.map((name) => (
        <label key={name}>
          <input
            type="radio"
            name="alert-filter"
            checked={filter.value === name}
            onChange={() => {
              filter.value = name;
            }}
          />
          <span>{name}</span>
        </label>
      ))}
    </fieldset>
  );
}

function Shown({ alerts: all, ...acts }: AlertActs & { alerts: Alert[] }) {
  const shown = all.filter(({ status }) => filter.value === 'all' || status === filter.value);
  if (all.length === 0)
    return (
      <Empty title="You have no alerts yet">
        Press “New alert”, or click on the chart of the market page at the price that you wait for.
      </Empty>
    );
  if (shown.length === 0)
    return <Empty title={`No alert ${filter.value === 'expired' ? 'has' : 'is'} ${filter.value}`} />;
  return <AlertTable alerts={shown} {...acts} />;
}
