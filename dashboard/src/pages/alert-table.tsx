import { changeAlert, deleteAlert, snoozeAlert } from '../actions';
import type { Alert } from '../api/types';
import { awayOf } from '../live/away';
import { now } from '../live/prices';
import { alertName, boundsText, direction, formatDuration, SIDES, termsOf } from '../logic/alert-text';
import { formatPrice, formatTime, plural } from '../logic/format';
import { METRICS } from '../logic/metrics';
import { go, showChart } from '../route';
import { Action, Badge, Change, Time, type Tone, WorkflowLink } from '../ui/parts';

/** What can be begun with an alert, and needs a window of its own. */
export interface AlertActs {
  onEdit: (alert: Alert) => void;
  onSnooze: (alert: Alert) => void;
  onDuplicate: (alert: Alert) => void;
}

export function AlertTable({ alerts, ...acts }: AlertActs & { alerts: readonly Alert[] }) {
  return (
    <div class="table-box">
      <table class="alerts">
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
          {alerts.map((alert) => (
            <AlertRow key={alert.id} alert={alert} {...acts} />
          ))}
        </tbody>
      </table>
    </div>
  );
}

const isOver = ({ status }: Alert) => status === 'fired' || status === 'expired';
const isSnoozed = ({ status, snoozed_until: until }: Alert) =>
  status === 'active' && until !== undefined && Date.parse(until) > now.value;

function AlertRow({ alert, ...acts }: AlertActs & { alert: Alert }) {
  const away = isOver(alert) ? undefined : awayOf(alert);
  const urls = alert.webhook_urls ?? [alert.webhook_url];
  return (
    <tr>
      <th scope="row">
        <What alert={alert} />
      </th>
      <td data-name="State">
        <State alert={alert} />
      </td>
      <td data-name="Distance" class="end number">
        {away === undefined ? '–' : <Change percent={away} />}
      </td>
      <td data-name={isOver(alert) ? 'Last fired' : 'Next check'}>
        <When alert={alert} />
      </td>
      <td data-name="Webhook" class="url" title={urls.join('\n')}>
        {alert.webhook_url}
        {urls.length > 1 && <> and {urls.length - 1} more</>}
      </td>
      <td class="actions">
        <Actions alert={alert} {...acts} />
      </td>
    </tr>
  );
}

/** What it waits for, in words, and what else its owner said of it. */
function What({ alert }: { alert: Alert }) {
  const { ticker, metric = 'price', condition, for: span, note, labels = {} } = alert;
  const terms = termsOf(alert, (at) => formatTime(new Date(at), new Date(), false));
  const show = () => {
    showChart(
      ticker.split('/')[0] as string,
      isOver(alert) && alert.triggered_at ? new Date(alert.triggered_at) : undefined,
    );
    go('market');
  };
  return (
    <>
      <button type="button" class="link" onClick={show} title="Show on the chart">
        {ticker} {METRICS[metric].name} <span class={direction(condition)}>{SIDES[condition]}</span>{' '}
        <span class="number">{boundsText(alert)}</span>
        {span && ` for ${formatDuration(span)}`}
      </button>
      {terms.length > 0 && <p class="terms">{terms.join(' · ')}</p>}
      {note && <p class="note">{note}</p>}
      {Object.keys(labels).length > 0 && (
        <ul class="labels" aria-label="Labels">
          {Object.entries(labels).map(([name, value]) => (
            <li key={name}>
              {name}
              {value && <>: {value}</>}
            </li>
          ))}
        </ul>
      )}
    </>
  );
}

const STATES: Record<Alert['status'], [Tone, string]> = {
  active: ['info', 'waits'],
  paused: ['calm', 'paused'],
  fired: ['good', 'fired'],
  expired: ['calm', 'expired'],
};

function State({ alert }: { alert: Alert }) {
  const { status, suspended_at, snoozed_until, firings = 0 } = alert;
  const [tone, word] = STATES[status];
  const often = firings > 1 || (firings === 1 && status !== 'fired');
  return (
    <>
      {suspended_at && status === 'active' ? (
        <>
          <Badge tone="wait">suspended</Badge>{' '}
          <span class="muted">
            no price since <Time at={suspended_at} seconds={false} />
          </span>
        </>
      ) : isSnoozed(alert) && snoozed_until ? (
        <>
          <Badge tone="calm">snoozed</Badge>{' '}
          <span class="muted">
            until <Time at={snoozed_until} seconds={false} />
          </span>
        </>
      ) : (
        <Badge tone={tone}>{word}</Badge>
      )}
      {often && (
        <span class="muted">
          {' '}
          {status !== 'fired' && 'fired '}
          {firings === 1 ? 'once' : plural(firings, 'time')}
        </span>
      )}
    </>
  );
}

function When({ alert }: { alert: Alert }) {
  const { triggered_at, triggered_price, next_check_at } = alert;
  const fired = triggered_at && triggered_price !== null && (
    <>
      <Time at={triggered_at} /> at <span class="number">{formatPrice(triggered_price)}</span>
    </>
  );
  if (isOver(alert))
    return fired ? (
      <>
        <span class="wide-only">fired </span>
        {fired}
      </>
    ) : (
      '–'
    );
  return (
    <>
      {next_check_at ? (
        <span title="It fires with the first price that meets it; this is when its workflow looks by itself">
          <Time at={next_check_at} ago />
        </span>
      ) : (
        '–'
      )}
      {fired && <p class="terms">fired {fired}</p>}
    </>
  );
}

function Actions({ alert, onEdit, onSnooze, onDuplicate }: AlertActs & { alert: Alert }) {
  const { status } = alert;
  const name = alertName(alert);
  return (
    <>
      <WorkflowLink url={alert.workflow_url}>
        <span class="unseen">{name} in </span>Temporal
      </WorkflowLink>
      {status === 'active' &&
        (isSnoozed(alert) ? (
          <Action icon="bell" label={`Wake ${name}`} onAct={() => snoozeAlert(alert, null)} />
        ) : (
          <Action icon="snooze" label={`Snooze ${name}`} onAct={() => onSnooze(alert)} />
        ))}
      {!isOver(alert) && (
        <>
          <Action
            icon={status === 'paused' ? 'play' : 'pause'}
            label={`${status === 'paused' ? 'Resume' : 'Pause'} ${name}`}
            onAct={() => changeAlert(alert, { paused: status === 'active' })}
          />
          <Action icon="edit" label={`Change ${name}`} onAct={() => onEdit(alert)} />
        </>
      )}
      <Action icon="copy" label={`Duplicate ${name}`} onAct={() => onDuplicate(alert)} />
      <Action icon="trash" kind="danger" label={`Delete ${name}`} onAct={() => deleteAlert(alert)} />
    </>
  );
}
