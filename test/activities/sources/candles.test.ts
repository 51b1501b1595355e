import { Agent } from 'undici';
import shipped from '../../../config/symbols.json';
import { type CandleSource, MOST_MINUTES } from '../../../src/activities/sources/candle-source';
import { createCandleSources } from '../../../src/activities/sources/candles';
import { readConfig } from '../../../src/config';
import {
  RECORDING_STARTS_AT_MS,
  REPLAY_STARTS_AT_MS,
  readRecording,
} from '../../../src/dev/exchanges/recordings';
import { type Exchanges, startExchanges } from '../../../src/dev/exchanges/server';
import { SOURCE_NAMES, type SourceName } from '../../../src/domain/quote';
import { serve } from './loopback';

const MINUTE = 60_000;
const START = Date.parse('2026-08-24T00:00:00Z');
/** Recorded minutes before the one that a replay begins with. */
const BEFORE = (REPLAY_STARTS_AT_MS - RECORDING_STARTS_AT_MS) / MINUTE;
const clock = { nowMs: START };
const dispatcher = new Agent();
let exchanges: Exchanges;

beforeAll(async () => {
  exchanges = await startExchanges({ symbols: shipped, now: () => clock.nowMs });
});
afterAll(async () => {
  await dispatcher.destroy();
  await exchanges.stop();
});

function createAll(baseUrlOf: (name: SourceName) => string): CandleSource[] {
  const urls = SOURCE_NAMES.map((name) => [`${name.toUpperCase()}_BASE_URL`, baseUrlOf(name)]);
  return createCandleSources(readConfig(Object.fromEntries(urls), false), { dispatcher });
}
const create = (name: SourceName, baseUrl = exchanges.baseUrls[name]) => {
  const source = createAll(() => baseUrl).find((one) => one.name === name);
  if (source === undefined) throw new Error(`${name} has no candles`);
  return source;
};

describe.each(['binance', 'coinbase', 'kraken'] as const)('past minutes of %s', (name) => {
  it.each(['BTC', 'DOGE'])('are those of the recording, of %s', async (ticker) => {
    clock.nowMs = START + 400 * MINUTE + 30_000;
    const asked = { ticker, fromMs: START + 60 * MINUTE, toMs: START + 360 * MINUTE };
    const reply = await create(name).fetch(asked);
    expect(reply.failure).toBeUndefined();
    const recorded = readRecording(ticker)?.candles.slice(BEFORE + 60, BEFORE + 360) ?? [];
    const minutes = reply.candles.sort((a, b) => a.minuteMs - b.minuteMs);
    expect(minutes).toHaveLength(MOST_MINUTES);
    expect(minutes.map(({ minuteMs }) => (minuteMs - START) / MINUTE)).toEqual(
      recorded.map((_, index) => 60 + index),
    );
    // The path of a replayed minute ends where the next one begins, so that its close may be a little off.
    expect(minutes.map(({ open, high, low }) => ({ open, high, low }))).toEqual(
      recorded.map(({ open, high, low }) => ({
        open,
        high: expect.closeTo(high, 8),
        low: expect.closeTo(low, 8),
      })),
    );
  });

  it('leave out what was not asked for, and what was before the recording', async () => {
    clock.nowMs = START + 5 * MINUTE + 30_000;
    const minutesOf = async (from: number, to: number) => {
      const asked = { ticker: 'BTC', fromMs: START + from * MINUTE, toMs: START + to * MINUTE };
      const { candles, failure } = await create(name).fetch(asked);
      expect(failure).toBeUndefined();
      return candles.map(({ minuteMs }) => (minuteMs - START) / MINUTE).sort((a, b) => a - b);
    };
    expect(await minutesOf(2, 4)).toEqual([2, 3]);
    expect(await minutesOf(-3, 2)).toEqual([-3, -2, -1, 0, 1]);
    // Kraken has the last 720 minutes only.
    const oldest = name === 'kraken' ? [] : [-BEFORE, 1 - BEFORE];
    expect(await minutesOf(-BEFORE - 5, -BEFORE + 2)).toEqual(oldest);
  });

  it('are a failure where the exchange can not be had, or says something else', async () => {
    const asked = { ticker: 'BTC', fromMs: START, toMs: START + MINUTE };
    const kindOf = async (baseUrl: string) => (await create(name, baseUrl).fetch(asked)).failure?.kind;
    expect(await kindOf('http://127.0.0.1:9')).toBe('unreachable');
    expect(await kindOf((await serve({ status: 429 })).baseUrl)).toBe('rate_limited');
    expect(await kindOf((await serve({ body: '{"hello":1}' })).baseUrl)).toBe('malformed');
  });
});

describe('a minute that can not be', () => {
  const minute = START / 1_000;
  it.each<[SourceName, unknown]>([
    ['binance', [[START, '10', '9', '8', '10', '0']]],
    ['binance', [[START, 10, 11, 9, 10, '0']]],
    ['coinbase', [[minute, 9, 11, 10, 12, 1]]],
    ['coinbase', [[minute, -9, 11, 10, 10, 1]]],
    ['kraken', { error: [], result: { XXBTZUSD: [[minute, '10', '11', '10.5', '10.6']] } }],
    // Twice is not two exchanges.
    ['binance', [1, 2, 3].map(() => [START, '10', '11', '9', '10', '0'])],
  ])('of %s loses the reply', async (name, body) => {
    const { baseUrl } = await serve({ body: JSON.stringify(body) });
    const asked = { ticker: 'BTC', fromMs: START, toMs: START + MINUTE };
    const reply = await create(name, baseUrl).fetch(asked);
    expect(reply).toMatchObject({ candles: [], failure: { kind: 'malformed', ticker: 'BTC' } });
  });
});

it('only exchanges with minutes are asked', () => {
  expect(createAll((name) => exchanges.baseUrls[name]).map(({ name }) => name)).toEqual([
    'binance',
    'coinbase',
    'kraken',
  ]);
});
