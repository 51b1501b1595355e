import { signal, useSignal } from '@preact/signals';
import { changeAlert, deleteAlert } from '../actions';
import type { Alert } from '../api/types';
import { DraftForm, draft } from '../chart/draft';
import { awayOf } from '../live/away';
import { alerts } from '../live/feeds';
import { prices } from '../live/prices';
import { alertName, boundsText, direction, SIDES } from '../logic/alert-text';
import { formatPrice, roundedPrice } from '../logic/format';
import { METRICS } from '../logic/metrics';
import { go, showChart } from '../route';
import { settings } from '../settings';
import { Dialog } from '../ui/dialog';
import { Action, Badge, Change, Empty, Fed, Panel, Time, type Tone, WorkflowLink } from '../ui/parts';
import { EditAlert } from './edit-alert';

const FILTERS = ['all', 'active', 'paused', 'fired', 'expired'] as const;
const filter = signal<(typeof FILTERS)[number]>('all');
const TONES: Record<Alert['status'], Tone> = {
  active: 'info',
  paused: 'calm',
  fired: 'good',
  expired: 'calm',
};
const WORDS: Record<Alert['status'], string> = {
  active: 'waits',
  paused: 'paused',
  fired: 'fired',
  expired: 'expired',
};

/** All alerts, and what can be done with them. */
export function Alerts() {
  const making = useSignal(false);
  const edited = useSignal<Alert | undefined>(undefined);
  function begin(): void {
    const ticker = settings.tickers[0] as string;
    const last = prices.value[ticker]?.price;
    draft.value = {
      ticker,
      condition: 'gt',
      price: last === undefined ? '' : String(roundedPrice(last * 1.01)),
    };
    making.value = true;
  }
  function end(): void {
    draft.value = undefined;
    making.value = false;
  }
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
            <AlertTable alerts={body} onEdit={(alert) => (edited.value = alert)} />
            {next && <p class="hint">These are the newest 1,000. The API has the others, page by page.</p>}
          </>
        )}
      </Fed>
      {making.value && (
        <Dialog title="New alert" onClose={end}>
          <DraftForm tickers={settings.tickers} onDone={end} />
        </Dialog>
      )}
      {edited.value && <EditAlert alert={edited.value} onClose={() => (edited.value = undefined)} />}
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

function AlertTable({ alerts: all, onEdit }: { alerts: Alert[]; onEdit: (alert: Alert) => void }) {
  const shown = all.filter(({ status }) => filter.value === 'all' || status === filter.value);
  if (all.length === 0)
    return (
      <Empty title="You have no alerts yet">
        Press “New alert”, or click on the chart of the market page at the price that you wait for.
      </Empty>
    );
  if (shown.length === 0) return <Empty title={`No alert is ${filter.value}`} />;
  return (
    <div class="table-box">
      <table>
        <thead>
          <tr>
            <th scope="col">Alert</th>
            <th scope="col">State</th>
            <th scope="col" class="end">
              Distance
            </th>
            <th scope="col">Next check</th>
            <th scope="col">Webhook</th>
            <th scope="col">
              <span class="unseen">Actions</span>
            </th>
          </tr>
        </thead>
        <tbody>
          {shown.map((alert) => (
            <AlertRow key={alert.id} alert={alert} onEdit={() => onEdit(alert)} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

function AlertRow({ alert, onEdit }: { alert: Alert; onEdit: () => void }) {
  const { status, ticker, metric = 'price', condition } = alert;
  const away = status === 'active' || status === 'paused' ? awayOf(alert) : undefined;
  const name = alertName(alert);
  const show = () => {
    showChart(ticker, alert.triggered_at === null ? undefined : new Date(alert.triggered_at));
    go('market');
  };
  return (
    <tr>
      <th scope="row">
        <button type="button" class="link" onClick={show} title="Show on the chart">
          {ticker} {METRICS[metric].name} <span class={direction(condition)}>{SIDES[condition]}</span>{' '}
          <span class="number">{boundsText(alert)}</span>
        </button>
      </th>
      <td data-name="State">
        <Badge tone={TONES[status]}>{WORDS[status]}</Badge>
      </td>
      <td data-name="Distance" class="end number">
        {away === undefined ? '–' : <Change percent={away} />}
      </td>
      <td data-name={status === 'fired' ? 'Fired' : 'Next check'}>
        {status === 'fired' && alert.triggered_at && alert.triggered_price !== null ? (
          <>
            <span class="wide-only">fired </span>
            <Time at={alert.triggered_at} /> at{' '}
            <span class="number">{formatPrice(alert.triggered_price)}</span>
          </>
        ) : alert.next_check_at ? (
          <span title="It fires with the first price beyond its line; this is when its workflow looks by itself">
            <Time at={alert.next_check_at} ago />
          </span>
        ) : (
          '–'
        )}
      </td>
      <td data-name="Webhook" class="url" title={alert.webhook_url}>
        {alert.webhook_url}
      </td>
      <td class="actions">
        <WorkflowLink url={alert.workflow_url}>
          <span class="unseen">{name} in </span>Temporal
        </WorkflowLink>
        {(status === 'active' || status === 'paused') && (
          <Action
            icon={status === 'paused' ? 'play' : 'pause'}
            label={`${status === 'paused' ? 'Resume' : 'Pause'} ${name}`}
            onAct={() => changeAlert(alert, { paused: status === 'active' })}
          />
        )}
        {(status === 'active' || status === 'paused') && (
          <Action icon="edit" label={`Change ${name}`} onAct={onEdit} />
        )}
        <Action icon="trash" kind="danger" label={`Delete ${name}`} onAct={() => deleteAlert(alert)} />
      </td>
    </tr>
  );
}
