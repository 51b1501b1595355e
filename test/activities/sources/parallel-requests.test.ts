import { CREATE } from './adapters';
import { type Served, serve } from './loopback';

const GOOD: Served = { body: '{"price":"1.5"}' };
const HANGS: Served = { raw: () => {} };
const BROKEN: Served = { status: 503, body: '' };
const limited = (seconds?: number): Served => ({
  status: 429,
  headers: seconds === undefined ? {} : { 'retry-after': String(seconds) },
  body: '{"message":"Public rate limit exceeded"}',
});

/** Asks Coinbase for BTC, ETH and DOGE, which it answers in these ways. */
async function ask(btc: Served, eth: Served, doge: Served) {
  const answers: Record<string, Served> = { BTC: btc, ETH: eth, DOGE: doge };
  const { baseUrl, dispatcher } = await serve((url) => answers[url.pathname.split('/')[2] ?? ''] as Served);
  const symbols = { BTC: 'BTC', ETH: 'ETH', DOGE: 'DOGE' };
  const { quotes, failures } = await CREATE.coinbase({ baseUrl, dispatcher, symbols, timeoutMs: 300 }).fetch(
    Object.keys(symbols),
  );
  return {
    tickers: quotes.map(({ ticker }) => ticker),
    failures: failures.map(({ message: _, ...rest }) => rest),
  };
}

describe('requests that run in parallel', () => {
  test('all good: no failure', async () => {
    expect(await ask(GOOD, GOOD, GOOD)).toEqual({ tickers: ['BTC', 'ETH', 'DOGE'], failures: [] });
  });

  test('one lost: its ticker fails, the others stay', async () => {
    expect(await ask(GOOD, HANGS, BROKEN)).toEqual({
      tickers: ['BTC'],
      failures: [
        { kind: 'timed_out', ticker: 'ETH' },
        { kind: 'unavailable', ticker: 'DOGE' },
      ],
    });
  });

  test('all lost: one failure of the whole', async () => {
    expect(await ask(HANGS, HANGS, HANGS)).toEqual({ tickers: [], failures: [{ kind: 'timed_out' }] });
  });

  test('one rate limit: the whole source is limited, the quotes stay', async () => {
    expect(await ask(GOOD, limited(30), HANGS)).toEqual({
      tickers: ['BTC'],
      failures: [
        { kind: 'rate_limited', retryAfterMs: 30_000 },
        { kind: 'timed_out', ticker: 'DOGE' },
      ],
    });
  });

  test('several rate limits: the longest wait counts', async () => {
    expect(await ask(limited(5), limited(60), limited())).toEqual({
      tickers: [],
      failures: [{ kind: 'rate_limited', retryAfterMs: 60_000 }],
    });
  });

  test('a rate limit among other losses is what the whole is lost to', async () => {
    expect(await ask(BROKEN, limited(), BROKEN)).toEqual({
      tickers: [],
      failures: [{ kind: 'rate_limited' }],
    });
  });
});
