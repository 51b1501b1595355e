import { type Exchange, type Reply, trimZeros, type View } from './exchange';

const PATH = /^\/products\/([^/]+)\/(ticker|candles)$/;
const MINUTE_MS = 60_000;
const MOST = 300;

/** Coinbase Exchange: one product a request, strings, times in ISO 8601 with microseconds. */
export const coinbase: Exchange = {
  owns: (path) => PATH.test(path),
  tooOften: { message: 'Public rate limit exceeded' },
  answer(url, view) {
    const [, product = '', what] = PATH.exec(url.pathname) ?? [];
    if (what === 'candles') return candles(decodeURIComponent(product), url, view);
    const price = view.priceOf(decodeURIComponent(product));
    if (price === null) return { status: 404, body: { message: 'NotFound' } };
    const last = trimZeros(price);
    const time = new Date(view.nowMs).toISOString().replace('Z', '000Z');
    const trade = { trade_id: Math.floor(view.nowMs / 1000), price: last, size: '0.01', time };
    return { status: 200, body: { ask: last, bid: last, volume: '0', ...trade } };
  },
};

/** Seconds and numbers, low before high before open, the newest first, both ends included. */
function candles(product: string, { searchParams }: URL, view: View): Reply {
  const time = (name: string, otherwise: number) => {
    const given = searchParams.get(name);
    return given === null ? otherwise : Date.parse(given);
  };
  const to = time('end', view.nowMs);
  const from = time('start', to - (MOST - 1) * MINUTE_MS);
  if ((to - from) / MINUTE_MS > MOST) {
    const message = `granularity too small for the requested time range. Count of aggregations requested exceeds ${MOST}`;
    return { status: 400, body: { message } };
  }
  const minutes = view.minutesOf(product, from, to);
  if (minutes === null) return { status: 404, body: { message: 'NotFound' } };
  const rows = minutes.map(({ minuteMs, open, high, low, close }) => [
    minuteMs / 1_000,
    ...[low, high, open, close].map(Number),
    0.01,
  ]);
  return { status: 200, body: rows.reverse() };
}
