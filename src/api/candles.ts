import { walkStatistics } from '../analysis';
import { type CandleRow, listCandles } from '../db/candle-list';
import { candleBounds } from '../db/candles';
import { MINUTE_MS, type MinuteStatistics } from '../domain/statistics';
import { windowName } from '../domain/statistics-names';
import type { CandleAnswer, StatsAnswer } from './answers/market';
import { authenticate } from './auth';
import { API_PREFIX, type ApiContext, type ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError, validationError } from './errors';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { CANDLE_INTERVALS, candleListSchema } from './schemas';

const LONGEST_PAGE = 1_500;
/** A year of days is half a million minutes. */
const LONGEST_SPAN_MS = 366 * 86_400_000;

/** What a ticker's price did. */
export function addCandleRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, config } = deps;
  const { market } = config;
  const guard = (route: string) =>
    [authenticate(deps), limit(deps, { route, tokens: 5, by: 'user' })] as const;

  router.get('/rates/:ticker/candles', ...guard('GET /rates/{ticker}/candles'), async (ctx) => {
    const ticker = tickerOf(ctx, config.tickers);
    const { interval, from, to } = readQuery(ctx, candleListSchema);
    const intervalMs = CANDLE_INTERVALS[interval];
    const perPage = Math.min(LONGEST_PAGE, LONGEST_SPAN_MS / intervalMs);
    const toMs = to?.getTime() ?? Date.now();
    const fromMs = from?.getTime() ?? toMs - perPage * intervalMs;
    if (fromMs >= toMs) throw validationError([{ path: 'from', message: 'Must be before `to`' }]);
    const span = { market, ticker, fromMs, toMs };
    const { candles, nextMs } = await listCandles(db, { ...span, intervalMs, limit: perPage });
    if (nextMs !== undefined) {
      const query = new URLSearchParams({ interval, from: iso(nextMs), to: iso(toMs) });
      ctx.set('Link', `<${API_PREFIX}/rates/${ticker}/candles?${query}>; rel="next"`);
    }
    ctx.body = candles.map(candleAnswer);
  });

  router.get('/rates/:ticker/stats', ...guard('GET /rates/{ticker}/stats'), async (ctx) => {
    const ticker = tickerOf(ctx, config.tickers);
    const lastMs = (await candleBounds(db, { market, ticker }))?.last.getTime();
    if (lastMs === undefined) throw httpError(404, `There are no statistics of ${ticker} yet`);
    const span = { market, ticker, fromMs: lastMs, toMs: lastMs + MINUTE_MS };
    for await (const minutes of walkStatistics(db, span, config.statistics.windows)) {
      for (const minute of minutes) ctx.body = statsAnswer(ticker, minute);
    }
  });
}

/** The ticker in the path, in capitals; others than those that are watched don't exist. */
function tickerOf(ctx: ApiContext, tickers: readonly string[]): string {
  const asked = ctx.params.ticker ?? '';
  const ticker = /^[0-9A-Za-z]+$/.test(asked) ? asked.toUpperCase() : '';
  if (!tickers.includes(ticker)) throw httpError(404, 'Ticker not found');
  return ticker;
}

function candleAnswer({ time, open, high, low, close, quote_count }: CandleRow): CandleAnswer {
  return {
    time: time.toISOString(),
    open: Number(open),
    high: Number(high),
    low: Number(low),
    close: Number(close),
    ...(quote_count > 0 && { quote_count }),
  };
}

function statsAnswer(ticker: string, { minuteMs, close, windows }: MinuteStatistics): StatsAnswer {
  const named = windows.map(({ windowMinutes, ...figures }) => [windowName(windowMinutes), figures] as const);
  return { ticker, time: iso(minuteMs), close, windows: Object.fromEntries(named) };
}

const iso = (timeMs: number) => new Date(timeMs).toISOString();
