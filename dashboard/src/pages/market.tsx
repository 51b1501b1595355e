import type { Alert, Delivery } from '../api/types';
import { ChartPanel } from '../chart/chart-panel';
import { awayOf } from '../live/away';
import { dayOf, useDay } from '../live/candles';
import { useFeed } from '../live/feed';
import { alerts, lastDeliveries } from '../live/feeds';
import { isStale, prices } from '../live/prices';
import { alertName, type Waiting as Told } from '../logic/alert-text';
import { dayChange } from '../logic/candles';
import { formatPrice, formatSpan, plural } from '../logic/format';
import { linkTo, place, showChart } from '../route';
import { settings } from '../settings';
import { Badge, Change, Empty, Fed, Panel, Time } from '../ui/parts';
import { Sparkline } from '../ui/sparkline';
import { StatusBadge } from './delivery-status';

/** What the market does, which alerts wait, and what was delivered. */
export function Market() {
  useFeed(lastDeliveries);
  return (
    <>
      <Summary />
      <div class="market">
        <Panel title="Prices" class="tickers">
          <ul>
            {settings.tickers.map((ticker) => (
              <li key={ticker}>
                <TickerRow ticker={ticker} />
              </li>
            ))}
          </ul>
        </Panel>
        <ChartPanel />
        <Panel title="Waiting alerts" class="waiting" aside={<a href={linkTo('alerts')}>All alerts</a>}>
          <Fed from={alerts}>{({ body }) => <Waiting alerts={body} />}</Fed>
        </Panel>
        <Panel
          title="Delivered lately"
          class="lately"
          aside={<a href={linkTo('deliveries')}>All deliveries</a>}
        >
          <Fed from={lastDeliveries}>{({ body }) => <Lately deliveries={body} />}</Fed>
        </Panel>
      </div>
    </>
  );
}

function Summary() {
  const waiting = byDistance(alerts.data.value?.body ?? []);
  const all = lastDeliveries.data.value;
  const count = (status: Delivery['status']) =>
    all?.body.filter((delivery) => delivery.status === status).length ?? 0;
  const stale = settings.tickers.filter(isStale);
  const nearest = waiting[0];
  return (
    <dl class="summary">
      <div>
        <dt>Prices</dt>
        <dd>
          {settings.tickers.length - stale.length} of {settings.tickers.length} fresh
        </dd>
      </div>
      <div>
        <dt>Alerts</dt>
        <dd>{plural(waiting.length, 'waits', 'wait')}</dd>
      </div>
      <div>
        <dt>Nearest</dt>
        <dd>
          {nearest ? (
            <>
              {alertName(nearest.alert)} {nearest.away !== undefined && <Change percent={nearest.away} />}
            </>
          ) : (
            'none'
          )}
        </dd>
      </div>
      <div>
        <dt>Webhooks, 24 hours</dt>
        <dd>
          {count('delivered')}
          {all?.next && '+'} delivered
          {count('pending') > 0 && <span class="wait"> · {count('pending')} under way</span>}
          {count('failed') > 0 && <span class="bad"> · {count('failed')} failed</span>}
          {count('skipped') > 0 && <span class="bad"> · {count('skipped')} skipped</span>}
        </dd>
      </div>
    </dl>
  );
}

function TickerRow({ ticker }: { ticker: string }) {
  useDay(ticker);
  const candles = dayOf(ticker).value ?? [];
  const live = prices.value[ticker];
  const stale = isStale(ticker);
  const lastKnown = live ?? lastCandle(candles);
  const change = lastKnown && dayChange(candles, lastKnown.price, Date.now() / 1_000);
  const isShown = place.value.ticker === ticker;
  return (
    <button
      type="button"
      class="ticker"
      aria-pressed={isShown}
      data-stale={stale}
      onClick={() => showChart(ticker)}
      aria-label={undefined}
    >
      <span class="name">{ticker}</span>
      <Sparkline candles={candles} price={live?.price} />
      <span class="price number">{lastKnown ? formatPrice(lastKnown.price) : '–'}</span>
      <span class="age">
        {stale ? (
          <Badge tone="wait">
            {lastKnown ? (
              <>
                stale, <Time at={lastKnown.at} ago />
              </>
            ) : (
              'no price'
            )}
          </Badge>
        ) : null}
      </span>
      <span class="change">
        {change && change.seconds > 60 && (
          <>
            <Change percent={change.percent} />{' '}
            <small>{formatSpan(change.seconds * 1_000 + 500).replace('1\u00a0d', '24\u00a0h')}</small>
          </>
        )}
      </span>
    </button>
  );
}

function lastCandle(candles: readonly { time: number; close: number }[]) {
  const last = candles.at(-1);
  return last && { price: last.close, at: last.time * 1_000 };
}

/** Active alerts, the one that needs the smallest move first; those without a price last. */
export function byDistance(all: readonly Alert[]): { alert: Alert; away: number | undefined }[] {
  const size = (away: number | undefined) => (away === undefined ? Number.POSITIVE_INFINITY : Math.abs(away));
  return all
    .filter(({ status }) => status === 'active')
    .map((alert) => ({ alert, away: awayOf(alert) }))
    .sort((a, b) => size(a.away) - size(b.away) || 0);
}

const MOST = 8;

function Waiting({ alerts: all }: { alerts: Alert[] }) {
  const waiting = byDistance(all);
  if (waiting.length === 0)
    return (
      <Empty title="No alert waits">
        Click on the chart at a price, or press “New alert”, and say where the webhook is to go.
      </Empty>
    );
  return (
    <ul class="rows">
      {waiting.slice(0, MOST).map(({ alert, away }) => (
        <li key={alert.id}>
          <button type="button" class="row-button" onClick={() => showChart(alert.ticker)}>
            <span>{alertName(alert)}</span>
            {away !== undefined && <Change percent={away} />}
          </button>
        </li>
      ))}
      {waiting.length > MOST && (
        <li>
          <a href={linkTo('alerts')}>and {waiting.length - MOST} more</a>
        </li>
      )}
    </ul>
  );
}

function Lately({ deliveries }: { deliveries: Delivery[] }) {
  if (deliveries.length === 0)
    return (
      <Empty title="Nothing was sent in 24 hours">When an alert fires, its webhook shows up here.</Empty>
    );
  return (
    <ul class="rows">
      {deliveries.slice(0, MOST).map((delivery) => (
        <li key={delivery.id}>
          <a class="row-button" href={linkTo('deliveries', delivery.id)}>
            <span>{deliveryName(delivery)}</span>
            <span class="row-end">
              <Time at={delivery.created_at} ago /> <StatusBadge delivery={delivery} />
            </span>
          </a>
        </li>
      ))}
    </ul>
  );
}

/** What a delivery tells, in a few words. */
export function deliveryName({ type, payload, alert_id }: Delivery): string {
  if (type === 'webhook.test') return 'Test';
  if (type === 'endpoint.disabled') return `Endpoint disabled: ${JSON.parse(payload).host}`;
  const alert = eventIn(payload) ?? alerts.data.value?.body.find(({ id }) => id === alert_id);
  const name = alert === undefined ? 'An alert' : alertName(alert);
  const what = type.replace('alert.', '');
  return what === 'triggered' ? name : `${name}: ${what}`;
}

/** The event that a message is; undefined of one in another format. */
function eventIn(payload: string): Told | undefined {
  try {
    const told = JSON.parse(payload);
    return told?.condition === undefined ? undefined : told;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
