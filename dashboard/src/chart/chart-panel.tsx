import { effect, untracked, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { pastFirings } from '../alert-form/past';
import type { Anomaly } from '../api/types';
import { useFeed } from '../live/feed';
import { anomalies } from '../live/feeds';
import { isStale, prices } from '../live/prices';
import { boundsOf } from '../logic/alert-text';
import { band, type Candle, INTERVALS, type Interval, withPrice } from '../logic/candles';
import { formatPercent, formatPrice, roundedPrice } from '../logic/format';
import { place, showChart } from '../route';
import { shownTheme } from '../theme';
import { Icon } from '../ui/icons';
import { Badge, Empty, Failure, Panel } from '../ui/parts';
import { chartFailure, load, loadEarlier, loading, shown, WINDOWS } from './chart-data';
import { beginDraft, DraftForm, draft } from './draft';
import { alertsOnChart, Lines } from './lines';
import type { ChartMark, PriceChart } from './price-chart';

const AT_FIRST: Record<Interval, number> = { '1m': 180, '5m': 288, '1h': 168, '1d': 120 };

/** The chart of the ticker that is looked at, with the user's alerts on it. */
export function ChartPanel() {
  const interval = useSignal<Interval>('5m');
  const { ticker, at } = place.value;
  useFeed(anomalies);
  useEffect(() => {
    const around = at && at.getTime() / 1_000;
    // A time is looked at by the minute.
    if (around !== undefined) interval.value = '1m';
    draft.value = undefined;
  }, [ticker, at?.getTime()]);
  useSignalEffect(() => {
    const { ticker, at } = place.value;
    void load(ticker, interval.value, at && at.getTime() / 1_000);
  });

  const last = prices.value[ticker];
  return (
    <Panel
      class="chart-panel"
      title={
        <>
          {ticker} <span class="unit">US dollars</span>
        </>
      }
      aside={
        <div class="chart-tools">
          {at && (
            <button type="button" class="button" onClick={() => showChart(ticker)}>
              <Icon name="back" /> Back to now
            </button>
          )}
          <fieldset class="segments">
            <legend class="unseen">Length of a candle</legend>
            {(Object.keys(INTERVALS) as Interval[]).map((name) => (
              <label key={name}>
                <input
                  type="radio"
                  name="interval"
                  checked={interval.value === name}
                  onChange={() => {
                    interval.value = name;
                  }}
                />
                <span>{name}</span>
              </label>
            ))}
          </fieldset>
          <button
            type="button"
            class="button primary"
            disabled={last === undefined}
            onClick={() => last && beginDraft(ticker, roundedPrice(last.price * 1.01))}
          >
            <Icon name="plus" /> New alert
          </button>
        </div>
      }
    >
      <Plot />
      {chartFailure.value && <Failure failure={chartFailure.value} />}
      {draft.value && <DraftForm onDone={() => {}} />}
      <p class="legend">
        <span>
          <i class="key mean" /> mean of {WINDOWS[interval.value].name}
        </span>
        <span>
          <i class="key band" /> ±2σ
        </span>
        <span>
          <i class="key mark" /> anomaly
        </span>
        <span>
          <i class="key line" /> your alerts, drag to move
        </span>
        {pastFirings.value.firings.length > 0 && (
          <span>
            <i class="key firing" /> would have fired
          </span>
        )}
        <span class="attribution">
          {isStale(ticker) && <Badge tone="wait">stale</Badge>} Charts by{' '}
          <a href="https://www.tradingview.com/" target="_blank" rel="noreferrer">
            TradingView Lightweight Charts™
          </a>{' '}
          © 2026 TradingView, Inc.
        </span>
      </p>
    </Panel>
  );
}

/** The drawing itself, and the lines on it. */
function Plot() {
  const container = useRef<HTMLDivElement>(null);
  const chart = useSignal<PriceChart | undefined>(undefined);
  const drawn = useSignal(0);
  useEffect(() => {
    let made: PriceChart | undefined;
    let gone = false;
    const stops: (() => void)[] = [];
    void import('./price-chart').then(({ PriceChart }) => {
      if (gone || container.current === null) return;
      made = new PriceChart(container.current, {
        onDraw: onceAFrame(() => {
          drawn.value += 1;
        }),
        onClick: (price) => beginDraft(place.value.ticker, roundedPrice(price)),
        onEarlier: () => made && void extend(made),
      });
      stops.push(...keepShowing(made));
      chart.value = made;
    });
    return () => {
      gone = true;
      for (const stop of stops) stop();
      made?.remove();
    };
  }, []);

  const now = shown.value;
  const isEmpty = now !== undefined && now.candles.length === 0;
  return (
    <div class="plot" aria-busy={loading.value}>
      <div ref={container} class="canvas" role="img" aria-label={description()} />
      {chart.value && now && now.candles.length > 0 && <Lines chart={chart.value} drawn={drawn} />}
      {isEmpty && (
        <Empty title="No prices here yet">
          The first candle appears a minute after the first price; earlier ones come with{' '}
          <code>npx pricehook import candles</code>.
        </Empty>
      )}
      {!now && loading.value && <p class="loading">Loading …</p>}
    </div>
  );
}

function description(): string {
  const { ticker, candles } = shown.value ?? {};
  const last = candles?.at(-1);
  return last
    ? `Candles of ${ticker}; the last price is ${formatPrice(last.close)} dollars`
    : 'No candles yet';
}

/** Draws what is known, whenever that changes; answers how to end that. */
function keepShowing(chart: PriceChart): (() => void)[] {
  let drawnFor = '';
  return [
    effect(() => {
      const now = shown.value;
      const { ticker, at } = untracked(() => place.value);
      if (!now) {
        drawnFor = '';
        return;
      }
      const { candles, interval } = now;
      const name = `${now.ticker} ${interval} ${at?.getTime()}`;
      if (name === drawnFor || now.ticker !== ticker) return;
      drawnFor = name;
      chart.show(candles, bandOf(candles, interval));
      const middle = at ? candles.findLastIndex(({ time }) => time * 1_000 <= at.getTime()) : -1;
      const width = AT_FIRST[interval];
      if (middle >= 0) chart.look(middle - width / 2, middle + width / 2);
      else chart.look(candles.length - width, candles.length + 6);
    }),
    effect(() => {
      const live = prices.value;
      const now = untracked(() => shown.value);
      const price = now?.isLive ? live[now.ticker] : undefined;
      const before = now?.candles.at(-1);
      if (!now || !price || (before && price.at / 1_000 < before.time)) return;
      const candles = withPrice(now.candles, INTERVALS[now.interval], price.at / 1_000, price.price);
      shown.value = { ...now, candles };
      chart.update(candles.at(-1) as Candle, bandOf(candles, now.interval));
    }),
    effect(() => chart.mark(marks(anomalies.data.value ?? [], pastFirings.value))),
    effect(() => chart.alsoShow(alertsOnChart(place.value.ticker).flatMap(boundsOf))),
    effect(() => {
      void shownTheme.value;
      chart.recolour();
    }),
  ];
}

const bandOf = (candles: readonly Candle[], interval: Interval) =>
  band(candles, INTERVALS[interval], WINDOWS[interval].seconds);

async function extend(chart: PriceChart): Promise<void> {
  const earlier = await loadEarlier();
  const now = shown.value;
  if (now && earlier.length > 0)
    chart.prepend(now.candles, bandOf(now.candles, now.interval), earlier.length);
}

/** The anomalies of the ticker that is shown, each at the candle in which it began, what a new alert would have done, and the time that was asked for. */
function marks(all: readonly Anomaly[], past: typeof pastFirings.value): ChartMark[] {
  const now = shown.value;
  const first = now?.candles[0];
  if (!now || !first) return [];
  const seconds = INTERVALS[now.interval];
  const candleAt = (time: string | Date) => {
    const at = Math.floor(new Date(time).getTime() / 1_000 / seconds) * seconds;
    return at >= first.time ? at : undefined;
  };
  const found = all
    .filter(({ ticker }) => ticker === now.ticker)
    .flatMap((anomaly): ChartMark[] => {
      const time = candleAt(anomaly.started_at);
      const text = anomalyText(anomaly);
      return time === undefined
        ? []
        : [{ time, side: anomaly.value > 0 ? 'above' : 'below', text, kind: 'anomaly' }];
    });
  for (const firing of past.ticker === now.ticker ? past.firings : []) {
    const time = candleAt(firing.at);
    if (time !== undefined) found.push({ time, side: 'below', text: '', kind: 'firing' });
  }
  const { at } = place.value;
  const here = at && candleAt(at);
  if (here !== undefined) found.push({ time: here, side: 'above', text: '', kind: 'place' });
  return found.sort((a, b) => a.time - b.time);
}

const anomalyText = ({ rule, value, window }: Anomaly) =>
  rule.startsWith('zscore') ? `${value.toFixed(1)}σ ${window}` : `${formatPercent(value)} ${window}`;

function onceAFrame(act: () => void): () => void {
  let asked = false;
  return () => {
    if (asked) return;
    asked = true;
    requestAnimationFrame(() => {
      asked = false;
      act();
    });
  };
}
