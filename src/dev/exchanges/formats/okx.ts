import { type Exchange, trimZeros } from './exchange';

const PATH = '/api/v5/market/ticker';

/** OKX spot: everything is a string, times are milliseconds; an unknown instrument answers 200 with a code. */
export const okx: Exchange = {
  owns: (path) => path === PATH,
  tooOften: { msg: 'Too Many Requests', code: '50011' },
  answer(url, view) {
    const instId = url.searchParams.get('instId') ?? '';
    if (instId === '') {
      return { status: 400, body: { code: '50014', msg: 'Parameter instId can not be empty.', data: [] } };
    }
    const price = view.priceOf(instId);
    if (price === null) {
      const msg = "Instrument ID, Instrument ID code, or Spread ID doesn't exist.";
      return { status: 200, body: { code: '51001', msg, data: [] } };
    }
    return { status: 200, body: { code: '0', msg: '', data: [row(instId, trimZeros(price), view.nowMs)] } };
  },
};

function row(instId: string, last: string, nowMs: number) {
  return {
    instType: 'SPOT',
    instId,
    last,
    lastSz: '0.01',
    askPx: last,
    askSz: '1',
    bidPx: last,
    bidSz: '1',
    open24h: last,
    high24h: last,
    low24h: last,
    volCcy24h: '0',
    vol24h: '0',
    ts: String(nowMs),
    sodUtc0: last,
    sodUtc8: last,
  };
}
