import { CREATE } from './adapters';
import { GOOD_REPLIES } from './good-replies';
import { recorded, serve } from './loopback';

describe('a recorded good reply', () => {
  test.each(GOOD_REPLIES)(
    'of $source is read: $file as $symbols',
    async ({ source, file, symbols, now, prices, times }) => {
      const { baseUrl, dispatcher } = await serve({
        headers: { 'content-type': 'application/json;charset=utf-8' },
        body: recorded(file),
      });
      const nowMs = Date.parse(now);
      const adapter = CREATE[source]({ baseUrl, dispatcher, symbols, now: () => nowMs });

      const { quotes, failures } = await adapter.fetch(Object.keys(symbols));

      expect(failures).toEqual([]);
      expect(quotes).toEqual(
        Object.entries(prices).map(([ticker, price]) => ({
          source,
          ticker,
          price,
          sourceTimeMs: times?.[ticker] ?? null,
          receivedAtMs: nowMs,
        })),
      );
    },
  );

  test('of OKX in the documented form is read', async () => {
    const body =
      '{"code":"0","msg":"","data":[{"instType":"SPOT","instId":"BTC-USDT","last":"27213.9","lastSz":"0.0005",' +
      '"askPx":"27213.9","askSz":"1.5","bidPx":"27213.8","bidSz":"2","ts":"1684893330510"}]}';
    const { baseUrl, dispatcher } = await serve({ body });
    const nowMs = 1684893331000;
    const okx = CREATE.okx({ baseUrl, dispatcher, symbols: { BTC: 'BTC-USDT' }, now: () => nowMs });

    expect(await okx.fetch(['BTC'])).toEqual({
      quotes: [
        { source: 'okx', ticker: 'BTC', price: 27213.9, sourceTimeMs: 1684893330510, receivedAtMs: nowMs },
      ],
      failures: [],
    });
  });

  test('of Binance about one symbol, as a bare object, is not taken for a list', async () => {
    const { baseUrl, dispatcher } = await serve({ body: recorded('binance-ticker-price-BTCUSDT.json') });
    const { quotes, failures } = await CREATE.binance({
      baseUrl,
      dispatcher,
      symbols: { BTC: 'BTCUSDT' },
    }).fetch(['BTC']);
    expect(quotes).toEqual([]);
    expect(failures).toEqual([expect.objectContaining({ kind: 'malformed' })]);
  });
});
