import { type Exchange, trimZeros } from './exchange';

const PATH = /^\/products\/([^/]+)\/ticker$/;

/** Coinbase Exchange: one product a request, strings, times in ISO 8601 with microseconds. */
export const coinbase: Exchange = {
  owns: (path) => PATH.test(path),
  tooOften: { message: 'Public rate limit exceeded' },
  answer(url, view) {
    const price = view.priceOf(decodeURIComponent(PATH.exec(url.pathname)?.[1] ?? ''));
    if (price === null) return { status: 404, body: { message: 'NotFound' } };
    const last = trimZeros(price);
    const time = new Date(view.nowMs).toISOString().replace('Z', '000Z');
    const trade = { trade_id: Math.floor(view.nowMs / 1000), price: last, size: '0.01', time };
    return { status: 200, body: { ask: last, bid: last, volume: '0', ...trade } };
  },
};
