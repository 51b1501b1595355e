import type { ServerResponse } from 'node:http';
import { Agent } from 'undici';
import type { SourceReply } from '../../../src/domain/quote';
import { CREATE, replyOf } from './adapters';
import { type Served, serve } from './loopback';

const SYMBOLS = { BTC: 'BTCUSDT' };

async function askBinance(served: Served, timeoutMs?: number): Promise<SourceReply> {
  const { baseUrl, dispatcher } = await serve(served);
  return CREATE.binance({ baseUrl, dispatcher, symbols: SYMBOLS, timeoutMs }).fetch(['BTC']);
}

function lostTo(kind: string, message = /^Binance /): SourceReply {
  return {
    quotes: [],
    failures: [{ kind, message: expect.stringMatching(message) }],
  } as unknown as SourceReply;
}

function drip(response: ServerResponse) {
  response.writeHead(200);
  const timer = setInterval(() => response.write(' '), 10);
  response.once('close', () => clearInterval(timer));
}

describe('the transport', () => {
  test('a source that never answers has timed out', async () => {
    expect(await askBinance({ raw: () => {} }, 100)).toEqual(lostTo('timed_out'));
  });

  test('the time-out is there without being asked for', async () => {
    expect(await askBinance({ raw: () => {} })).toEqual(lostTo('timed_out'));
  });

  test('a body that never comes has timed out', async () => {
    const raw = (response: ServerResponse) => void response.writeHead(200).flushHeaders();
    expect(await askBinance({ raw }, 100)).toEqual(lostTo('timed_out'));
  });

  test('bytes that drip in do not hold it', async () => {
    expect(await askBinance({ raw: drip }, 100)).toEqual(lostTo('timed_out'));
  });

  test('a rate limit counts although its body never comes', async () => {
    const raw = (response: ServerResponse) =>
      void response.writeHead(429, { 'retry-after': '5' }).flushHeaders();
    const { failures } = await askBinance({ raw }, 100);
    expect(failures).toEqual([{ kind: 'rate_limited', message: expect.any(String), retryAfterMs: 5_000 }]);
  });

  test('a reply of more than 1 MB is not read to its end', async () => {
    const raw = (response: ServerResponse) => {
      response.writeHead(200);
      const more = () => {
        while (!response.destroyed && response.write(' '.repeat(65_536)));
      };
      response.on('drain', more);
      more();
    };
    expect(await askBinance({ raw })).toEqual(lostTo('malformed', /1 MB/));
  });

  test('a refused connection is unreachable', async () => {
    // Nothing listens on port 1 of loopback.
    const { dispatcher } = await serve({ body: '' });
    const binance = CREATE.binance({ baseUrl: 'http://127.0.0.1:1', dispatcher, symbols: SYMBOLS });
    expect(await binance.fetch(['BTC'])).toEqual(lostTo('unreachable', /the connection was refused$/));
  });

  test.each([
    ['ENOTFOUND', /its name was not found$/],
    ['EAI_AGAIN', /its name could not be looked up$/],
  ])('a name that answers %s is unreachable', async (code, message) => {
    const error = Object.assign(new Error(code), { code });
    const dispatcher = new Agent({ connect: { lookup: (_host, _options, done) => done(error, '', 4) } });
    const binance = CREATE.binance({ baseUrl: 'http://exchange.example', dispatcher, symbols: SYMBOLS });
    expect(await binance.fetch(['BTC'])).toEqual(lostTo('unreachable', message));
    await dispatcher.destroy();
  });

  test('a cut connection is unreachable', async () => {
    expect(await askBinance({ raw: (response) => response.destroy() })).toEqual(
      lostTo('unreachable', /cut$/),
    );
  });

  test('a connection that is cut within the body is unreachable', async () => {
    const raw = (response: ServerResponse) => {
      response.writeHead(200, { 'content-length': '100' });
      response.write('[', () => response.destroy());
    };
    expect(await askBinance({ raw })).toEqual(lostTo('unreachable', /cut$/));
  });

  test('something that is not HTTP is malformed', async () => {
    const raw = (response: ServerResponse) => void response.socket?.end('SSH-2.0-OpenSSH_9.6\r\n');
    expect(await askBinance({ raw })).toEqual(lostTo('malformed'));
  });

  test('the caller can stop it', async () => {
    const stop = new AbortController();
    const { baseUrl, dispatcher } = await serve({ raw: () => stop.abort() });
    const reply = await CREATE.binance({ baseUrl, dispatcher, symbols: SYMBOLS }).fetch(['BTC'], stop.signal);
    expect(reply).toEqual(lostTo('timed_out', /stopped$/));
    expect(
      (await CREATE.binance({ baseUrl, dispatcher, symbols: SYMBOLS }).fetch(['BTC'], stop.signal)).quotes,
    ).toEqual([]);
  });

  test('a byte order mark is no obstacle', async () => {
    const { quotes } = await askBinance({ body: `\uFEFF${replyOf('binance', '1.5', 0)}` });
    expect(quotes).toMatchObject([{ ticker: 'BTC', price: 1.5 }]);
  });
});
