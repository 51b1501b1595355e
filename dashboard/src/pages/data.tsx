import type { Alarm, Anomaly, Source, Violation } from '../api/types';
import { useFeed } from '../live/feed';
import { alarms, anomalies, sources, violations } from '../live/feeds';
import { formatPercent, formatPrice, formatSpan } from '../logic/format';
import { go, showChart } from '../route';
import { Badge, Empty, Fed, Panel, Time, type Tone } from '../ui/parts';

/** Where prices come from, how good they are, and what is wrong. */
export function Data() {
  for (const each of [sources, anomalies, violations] as const) useFeed<unknown>(each);
  return (
    <div class="data">
      <Panel title="Alarms" class="wide">
        <Fed from={alarms}>{(all) => <Alarms all={all} />}</Fed>
      </Panel>
      <Panel title="Sources of prices">
        <Fed from={sources}>{(all) => <Sources all={all} />}</Fed>
      </Panel>
      <Panel title="Anomalies">
        <Fed from={anomalies}>{(all) => <Anomalies all={all} />}</Fed>
      </Panel>
      <Panel title="Data quality" class="wide">
        <Fed from={violations}>{(all) => <Quality all={all} />}</Fed>
      </Panel>
    </div>
  );
}

function Alarms({ all }: { all: Alarm[] }) {
  if (all.length === 0)
    return (
      <Empty title="No alarms">
        Sources, prices and the service itself are watched; what is wrong is told here.
      </Empty>
    );
  return (
    <ul class="rows">
      {all.map((alarm) => (
        <li key={alarm.id} class="row">
          <span>
            <Badge tone={alarm.closed_at === null ? 'bad' : 'calm'}>
              {alarm.closed_at === null ? 'open' : 'over'}
            </Badge>{' '}
            <strong>{alarm.key}</strong> {alarm.detail}
          </span>
          <span class="row-end">
            <Time at={alarm.opened_at} />
            {alarm.closed_at && (
              <>
                {' – '}
                <Time at={alarm.closed_at} />
              </>
            )}
          </span>
        </li>
      ))}
    </ul>
  );
}

const SOURCE_TONES: Record<Source['status'], Tone> = { ok: 'good', resting: 'wait', failing: 'bad' };

function Sources({ all }: { all: Source[] }) {
  return (
    <div class="table-box">
      <table>
        <thead>
          <tr>
            <th scope="col">Source</th>
            <th scope="col">State</th>
            <th scope="col" class="end">
              Last price
            </th>
            <th scope="col" class="end">
              From the median
            </th>
          </tr>
        </thead>
        <tbody>
          {all.map((source) => (
            <tr key={source.name}>
              <th scope="row">{source.name}</th>
              <td data-name="State">
                <Badge tone={SOURCE_TONES[source.status]}>{source.status}</Badge>{' '}
                {source.status !== 'ok' && source.failure && <span class="muted">{source.failure}</span>}
                {source.status === 'resting' && source.resting_until && (
                  <span class="muted">
                    {' '}
                    until <Time at={source.resting_until} />
                  </span>
                )}
              </td>
              <td data-name="Last price" class="end">
                {source.last_success_at ? <Time at={source.last_success_at} ago /> : 'never'}
              </td>
              <td data-name="From the median" class="end number">
                {source.deviation === null ? '–' : formatPercent(source.deviation * 100)}
              </td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}

function Anomalies({ all }: { all: Anomaly[] }) {
  if (all.length === 0)
    return (
      <Empty title="Nothing out of the ordinary">
        Large moves and outliers are listed here once an hour’s report found them.
      </Empty>
    );
  return (
    <ul class="rows">
      {all.slice(0, 50).map((anomaly) => (
        <li key={anomaly.id}>
          <button
            type="button"
            class="row-button"
            title="Show on the chart"
            onClick={() => {
              showChart(anomaly.ticker, new Date(anomaly.started_at));
              go('market');
            }}
          >
            <span>
              <strong>{anomaly.ticker}</strong>{' '}
              <span class={`number ${anomaly.value > 0 ? 'up' : 'down'}`}>
                {figure(anomaly, anomaly.value)}
              </span>{' '}
              <span class="muted">
                in {anomaly.window}, peak {figure(anomaly, anomaly.peak)}, at {formatPrice(anomaly.price)}
              </span>
            </span>
            <span class="row-end">
              <Time at={anomaly.started_at} />
              {anomaly.ended_at === null ? (
                <Badge tone="wait">goes on</Badge>
              ) : (
                <span class="muted">
                  {formatSpan(Date.parse(anomaly.ended_at) - Date.parse(anomaly.started_at))}
                </span>
              )}
            </span>
          </button>
        </li>
      ))}
    </ul>
  );
}

const figure = ({ rule }: Anomaly, value: number) =>
  rule.startsWith('zscore') ? `${value.toFixed(1)}σ` : formatPercent(value);

const SEVERITY_TONES: Record<Violation['severity'], Tone> = {
  info: 'calm',
  warning: 'wait',
  critical: 'bad',
};

function Quality({ all }: { all: Violation[] }) {
  if (all.length === 0)
    return (
      <Empty title="Nothing was wrong with the data">
        Every hour’s prices are checked; what is found is listed here.
      </Empty>
    );
  return (
    <div class="table-box">
      <table>
        <thead>
          <tr>
            <th scope="col">Hour</th>
            <th scope="col">Severity</th>
            <th scope="col">Rule</th>
            <th scope="col">Of</th>
            <th scope="col" class="end">
              Count
            </th>
            <th scope="col">What</th>
          </tr>
        </thead>
        <tbody>
          {all.map((violation) => (
            <tr key={`${violation.hour} ${violation.rule} ${violation.ticker} ${violation.source}`}>
              <td data-name="Hour">
                <Time at={violation.hour} />
              </td>
              <td data-name="Severity">
                <Badge tone={SEVERITY_TONES[violation.severity]}>{violation.severity}</Badge>
              </td>
              <th scope="row">{violation.rule}</th>
              <td data-name="Of">
                {[violation.ticker, violation.source].filter(Boolean).join(', ') || 'all'}
              </td>
              <td data-name="Count" class="end number">
                {violation.count}
              </td>
              <td data-name="What">{violation.detail}</td>
            </tr>
          ))}
        </tbody>
      </table>
    </div>
  );
}
