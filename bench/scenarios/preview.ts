import { sql } from 'kysely';
import { Client as PostgresClient } from 'pg';
import { request } from 'undici';
import { registerUser } from '../../test/support/api-client';
import { now } from '../arrivals';
import { MINUTE_MS, readRecordedFortnight } from '../recorded';
import type { Scenario } from '../scenario';
import type { Stack } from '../stack';
import { median } from '../statistics';

const MINUTES = 525_600;
const FROM_MS = Date.UTC(2025, 0, 1);
/** The recorded fortnight, again and again, ends a little higher each time, so that the line is crossed late only. */
const RISE = 1.01;

const MOST_SECONDS = 1.5;

/** Knowing beforehand what an alert would have done. */
export const preview: Scenario = {
  name: 'preview',
  about: 'POST /alerts/preview over a year of minutes, beside a plain loop over the rows of a plain select',
  settings: { minutes: MINUTES, apiProcesses: 1 },
  run: (bench) =>
    bench.withStack(async (stack) => {
      const minutes = Math.ceil(MINUTES / bench.shrink);
      bench.say(`storing ${minutes.toLocaleString('en-US')} minutes`);
      const highest = await storeMinutes(stack, minutes);
      const api = await stack.startApi();
      const { apiKey: key } = await registerUser(api.url, 'bench@example.com');
      const scanner = new PostgresClient({ connectionString: stack.databaseUrl });
      await scanner.connect();
      stack.onClose(() => scanner.end());

      const line = highest * 0.999;
      const price = { condition: 'gt', target_price: line };
      // Out of reach: see docs/statistics.md.
      const zscore = { metric: 'zscore_24h', condition: 'gt', threshold: 38 };
      const [ours, floor, zscores]: [number[], number[], number[]] = [[], [], []];
      for (let round = 0; round <= bench.rounds; round += 1) {
        const scanned = await timed(() => scan(scanner, minutes, line));
        const found = await timed(() => ask(api.url, key, minutes, price));
        if (scanned.result === undefined || found.result !== scanned.result)
          throw new Error(`The preview fires at ${found.result}, the scan at ${scanned.result}`);
        const other = await timed(() => ask(api.url, key, minutes, zscore));
        // The first round warms all of them.
        if (round === 0) continue;
        ours.push(found.seconds);
        floor.push(scanned.seconds);
        zscores.push(other.seconds);
        bench.say(
          `round ${round}: ${found.seconds.toFixed(2)} s, scan ${scanned.seconds.toFixed(2)} s, z-score ${other.seconds.toFixed(2)} s`,
        );
      }
      const target = `at most ${MOST_SECONDS} s`;
      const met = (values: number[]) => median(values) <= MOST_SECONDS;
      const what = `${minutes.toLocaleString('en-US')} minutes of`;
      return [
        { what: `${what} a price`, unit: 's', ours, floor, target, met: met(ours) },
        { what: `${what} a z-score of 24 hours`, unit: 's', ours: zscores, target, met: met(zscores) },
      ];
    }),
};

/** @returns the highest price of all */
async function storeMinutes({ db }: Stack, minutes: number): Promise<number> {
  const { BTC } = readRecordedFortnight().candles;
  const prices = (name: 'open' | 'high' | 'low' | 'close') => BTC.map((candle) => candle[name]);
  for (let first = 0, rise = 1; first < minutes; first += BTC.length, rise *= RISE) {
    await sql`
      insert into candles (market, ticker, minute, open, high, low, close)
      select 'replay', 'BTC', ${new Date(FROM_MS + first * MINUTE_MS)}::timestamptz + (n - 1) * interval '1 minute',
        round(open * ${rise}, 2), round(high * ${rise}, 2), round(low * ${rise}, 2), round(close * ${rise}, 2)
      from unnest(
        ${prices('open')}::numeric[], ${prices('high')}::numeric[], ${prices('low')}::numeric[], ${prices('close')}::numeric[]
      ) with ordinality as u (open, high, low, close, n)
      where n <= ${minutes - first}`.execute(db);
  }
  await sql`vacuum analyze candles`.execute(db);
  const { rows } = await sql<{ highest: number }>`select max(high)::float8 as highest from candles`.execute(
    db,
  );
  return rows[0]?.highest as number;
}

/** @returns when it fires first */
async function ask(url: string, key: string, minutes: number, wish: object): Promise<string | undefined> {
  const span = {
    from: new Date(FROM_MS).toISOString(),
    to: new Date(FROM_MS + minutes * MINUTE_MS).toISOString(),
  };
  const { statusCode, body } = await request(`${url}/api/v1/alerts/preview`, {
    method: 'POST',
    headers: { 'x-api-key': key, 'content-type': 'application/json' },
    body: JSON.stringify({ ticker: 'BTC', ...wish, ...span }),
  });
  if (statusCode !== 200)
    throw new Error(`The preview was answered with ${statusCode}: ${await body.text()}`);
  const { firings } = (await body.json()) as { firings: { at: string }[] };
  return firings[0]?.at;
}

/** What anybody would write first. */
async function scan(client: PostgresClient, minutes: number, target: number): Promise<string | undefined> {
  const { rows } = await client.query<{ minute: Date; high: string }>(
    "select * from candles where market = 'replay' and ticker = 'BTC' and minute >= $1 and minute < $2 order by minute",
    [new Date(FROM_MS), new Date(FROM_MS + minutes * MINUTE_MS)],
  );
  let first: Date | undefined;
  for (const { minute, high } of rows) if (first === undefined && Number(high) > target) first = minute;
  return first?.toISOString();
}

async function timed<T>(work: () => Promise<T>): Promise<{ result: T; seconds: number }> {
  const startedAt = now();
  const result = await work();
  return { result, seconds: (now() - startedAt) / 1_000 };
}
