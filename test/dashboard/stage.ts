import { randomUUID } from 'node:crypto';
import { priceAt } from '../../src/dev/exchanges/price-path';
import { RECORDING_STARTS_AT_MS, readRecording } from '../../src/dev/exchanges/recordings';
import type { Prices } from '../../src/dev/exchanges/replay';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { seedCandles } from '../support/candles';
import { eventually } from '../support/eventually';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';

const TICKERS = ['BTC', 'ETH', 'DOGE', 'SOL', 'BNB'];
const MINUTE_MS = 60_000;
/** The recorded hours that are played: calm ones. What was recorded before them is the past that a page shows. */
const PLAYED_FROM = '2021-05-12T12:00Z';
const PAST_FROM = '2021-05-09T12:00Z';

/** A whole stack with a past of three days, and a server for its webhooks. */
export interface Stage {
  stack: TestStack;
  url: string;
  receiver: Receiver;
  /** Somebody new, by the API. */
  newUser(): Promise<RegisteredUser>;
  close(): Promise<void>;
}

const calmPrices: Prices = (ticker, elapsedMs) => {
  const recording = readRecording(ticker);
  const atMs = Date.parse(PLAYED_FROM) - RECORDING_STARTS_AT_MS + elapsedMs;
  return recording && { price: priceAt(recording, atMs), decimals: recording.decimals };
};

/** Starts the stack, its API and a worker; prices come every second. */
export async function startStage(temporalCli?: string): Promise<Stage> {
  const receiver = await startReceiver();
  const env = { WEBHOOK_RETRY_INITIAL: '500ms', TEMPORAL_UI_URL: 'http://127.0.0.1:8233' };
  const stack = await startTestStack(env, { temporalCli, prices: calmPrices });
  const endAt = new Date(Math.floor(Date.now() / MINUTE_MS) * MINUTE_MS);
  for (const ticker of TICKERS)
    await seedCandles(stack.db, { ticker, from: PAST_FROM, to: PLAYED_FROM, endAt });
  const { url } = await stack.startApi();
  await stack.startWorker();
  return {
    stack,
    url,
    receiver,
    newUser: () => registerUser(url, `${randomUUID()}@example.com`),
    close: async () => {
      await stack.close();
      await receiver.close();
    },
  };
}

/** The prices of now, once there are some. */
export function ratesOf(user: RegisteredUser): Promise<Record<string, number>> {
  return eventually(async () => {
    const { status, body } = await user.call<Record<string, number>>('GET', '/api/v1/rates');
    if (status !== 200) throw new Error(`/rates answered ${status}`);
    return body;
  });
}

/** Makes an alert by the API; answers its id. */
export async function makeAlert(
  user: RegisteredUser,
  wish: { ticker: string; condition: string; [more: string]: unknown },
): Promise<string> {
  const { status, body } = await user.call<{ id: string }>('POST', '/api/v1/alerts', wish);
  if (status !== 201) throw new Error(`The alert was refused: ${JSON.stringify(body)}`);
  return body.id;
}

/** What one sees in a service that has run for a while: anomalies, alarms, poor data. */
export async function seedPast({ stack: { db } }: Stage): Promise<void> {
  const ago = (minutes: number) => new Date(Date.now() - minutes * MINUTE_MS);
  const anomaly = { market: 'replay', threshold: 5, window_minutes: 60, rule: 'change_1h' } as const;
  await db
    .insertInto('anomalies')
    .values([
      {
        ...{ ...anomaly, ticker: 'BTC', started_at: ago(640), ended_at: ago(615) },
        ...{ value: -5.31, price: 55_210.4, peak: -5.9, peak_at: ago(630) },
      },
      {
        ...{ ...anomaly, ticker: 'BTC', started_at: ago(130), ended_at: ago(122) },
        ...{ value: 5.04, price: 57_010.12, peak: 5.21, peak_at: ago(128) },
      },
      {
        ...{ ...anomaly, ticker: 'DOGE', started_at: ago(200), ended_at: null },
        ...{ value: -8.42, price: 0.4811, peak: -9.2, peak_at: ago(190) },
      },
    ])
    .execute();
  await db
    .insertInto('alarms')
    .values([
      {
        ...{ market: 'replay', key: 'step:upload', opened_at: ago(42), closed_at: null },
        detail: 'The archive could not be uploaded: the bucket does not answer.',
      },
      {
        ...{ market: 'replay', key: 'quality:hour', opened_at: ago(400), closed_at: ago(340) },
        detail: 'Only 82 % of the prices that were due came.',
      },
    ])
    .execute();
  const hour = new Date(Math.floor(Date.now() / 3_600_000) * 3_600_000 - 7 * 3_600_000);
  await db
    .insertInto('quality_violations')
    .values([
      {
        ...{ market: 'replay', hour, rule: 'missing_ticks', ticker: '', source: '', severity: 'critical' },
        ...{ count: 66, first_at: hour, last_at: ago(370) },
        detail: 'No price was published in 66 ticks.',
      },
      {
        ...{
          market: 'replay',
          hour,
          rule: 'silent_source',
          ticker: '',
          source: 'kraken',
          severity: 'warning',
        },
        ...{ count: 66, first_at: hour, last_at: ago(370) },
        detail: 'Kraken gave no quote.',
      },
    ])
    .execute();
}
