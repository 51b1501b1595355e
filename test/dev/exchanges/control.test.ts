import { SOURCE_NAMES, type SourceName } from '../../../src/domain/quote';
import { type StandIns, startStandIns } from './stand-ins';

let standIns: StandIns;
beforeEach(async () => {
  standIns = await startStandIns();
});
afterEach(() => standIns.stop());

const FAILURES = [
  ['429', { kind: 'rate_limited', message: expect.any(String) }],
  ['html', { kind: 'blocked', message: expect.any(String) }],
] as const;

/** Asks every source about BTC and ETH: those named must fail like this, the others must not notice. */
async function expectOnlyTheseFail(failing: SourceName[], failure: object) {
  const replies = await standIns.ask(['BTC', 'ETH']);
  for (const name of SOURCE_NAMES) {
    const { quotes, failures } = replies[name];
    expect([name, failures]).toEqual([name, failing.includes(name) ? [failure] : []]);
    expect([name, quotes.length]).toEqual([name, failing.includes(name) ? 0 : 2]);
  }
}

describe('POST /_control', () => {
  test.each([[SOURCE_NAMES.slice(0, 3)], [SOURCE_NAMES.slice(3)]])(
    'hang holds %j and no other source',
    async (names) => {
      for (const source of names) await standIns.send('/_control', { source, mode: 'hang' });
      await expectOnlyTheseFail(names, { kind: 'timed_out', message: expect.any(String) });
    },
  );

  describe.each(SOURCE_NAMES)('for %s', (source) => {
    test.each(FAILURES)('%s is that failure, and costs no other source', async (mode, failure) => {
      expect(await standIns.send('/_control', { source, mode })).toMatchObject({ status: 200 });
      await expectOnlyTheseFail([source], failure);
    });

    test('wrong_price is 20 % off, and only there', async () => {
      await standIns.send('/_control', { source, mode: 'wrong_price' });
      const replies = await standIns.ask(['BTC']);
      for (const name of SOURCE_NAMES) {
        expect(replies[name].quotes).toMatchObject([{ price: name === source ? 59444.58 : 49537.15 }]);
      }
    });

    test('429 says how long to wait, if told to', async () => {
      await standIns.send('/_control', { source, mode: '429', retry_after: 30 });
      const { failures } = await standIns.sources[source].fetch(['BTC']);
      expect(failures).toMatchObject([{ kind: 'rate_limited', retryAfterMs: 30_000 }]);
    });
  });

  test('ok ends it', async () => {
    await standIns.send('/_control', { source: 'okx', mode: 'html' });
    await standIns.send('/_control', { source: 'okx', mode: 'ok' });
    expect((await standIns.sources.okx.fetch(['BTC'])).failures).toEqual([]);
  });

  test.each([
    [{ source: 'mtgox', mode: 'ok' }, 'source: '],
    [{ source: 'okx', mode: 'slow' }, 'mode: '],
    [{ source: 'okx' }, 'mode: '],
    [{ source: 'okx', mode: '429', retry_after: -1 }, 'retry_after: '],
    [{ source: 'okx', mode: 'ok', colour: 'red' }, 'colour'],
    ['not JSON', 'The body: '],
    ['[]', 'The body: '],
  ])('%j is refused with 422', async (body, words) => {
    const reply = await standIns.send('/_control', body);
    expect(reply).toMatchObject({ status: 422, body: { error: expect.stringContaining(words) } });
    expect((await standIns.send('/_control')).body).toMatchObject({ okx: { mode: 'ok' } });
  });
});

describe('a web page', () => {
  const command = { source: 'okx', mode: 'hang' };
  const json = { 'content-type': 'application/json' };

  test.each<Record<string, string>>([
    {},
    { 'content-type': 'text/plain' },
    { 'content-type': 'text/plain; x=application/json' },
  ])('can post nothing as %j', async (headers) => {
    const reply = await standIns.send('/_control', command, headers);
    expect(reply).toMatchObject({ status: 415, body: { error: expect.stringContaining('content-type') } });
    expect((await standIns.send('/_control')).body).toMatchObject({ okx: { mode: 'ok' } });
  });

  test.each(['evil.example', 'evil.example:80', 'localhost.evil.example', '127.0.0.1.evil.example:1'])(
    'of %s can neither post nor read',
    async (host) => {
      for (const body of [command, undefined]) {
        const reply = await standIns.send('/_control', body, { ...json, host });
        expect(reply).toMatchObject({ status: 403, body: { error: expect.stringContaining('Host') } });
      }
      expect((await standIns.send('/_control')).body).toMatchObject({ okx: { mode: 'ok' } });
    },
  );

  test.each(['localhost', 'LOCALHOST:1', '127.0.0.1', '[::1]:8080'])(
    'is not what asks as %s',
    async (host) => {
      const headers = { 'content-type': 'Application/JSON; charset=utf-8', host };
      expect(await standIns.send('/_control', command, headers)).toMatchObject({ status: 200 });
    },
  );
});

describe('GET /_control', () => {
  test('shows the mode of each source', async () => {
    await standIns.send('/_control', { source: 'kraken', mode: '429', retry_after: 5 });
    const ok = { mode: 'ok' };
    expect((await standIns.send('/_control')).body).toEqual({
      binance: ok,
      coingecko: ok,
      coinbase: ok,
      kraken: { mode: '429', retry_after: 5 },
      okx: ok,
      bybit: ok,
    });
  });
});

describe('stop', () => {
  test('ends requests that hang', async () => {
    await standIns.send('/_control', { source: 'okx', mode: 'hang' });
    const hanging = standIns.sources.okx.fetch(['BTC']);
    await standIns.exchanges.stop();
    expect((await hanging).failures).toMatchObject([{ kind: 'unreachable' }]);
  });
});
