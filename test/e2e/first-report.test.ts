import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Kysely, sql } from 'kysely';
import { describeOutcome } from '../../src/cli/report-outcome';
import { connectDatabase } from '../../src/db/connect';
import type { Database } from '../../src/db/schema';
import { stopOrphans } from '../../src/dev/children';
import { freePort } from '../../src/dev/ports';
import { readStackFile } from '../../src/stack-file';
import { runPricehook } from '../cli/run';
import { registerUser } from '../support/api-client';
import { type StartedProcess, startProcess } from '../support/processes';
import { runPython } from '../support/python';
import { startSlack, type TestSlack } from '../support/slack';
import { testStack } from '../support/stack';

const EXAMPLES = join(__dirname, '../../examples');

let slack: TestSlack;
let stack: StartedProcess;
let db: Kysely<Database>;
let env: Record<string, string>;
let printed: string;
const dataDir = mkdtempSync(join(tmpdir(), 'pricehook-first-'));
const archive = join(dataDir, 'archive/replay');

beforeAll(async () => {
  slack = await startSlack();
  env = {
    ...{ DATA_DIR: dataDir, MARKET: 'replay', TICKERS: 'BTC', INGEST_INTERVAL: '1s' },
    // From 20:00 or 21:00 of the recorded day on: the fall begins after 22:00.
    ...{ BACKFILL_AT_START: '3h', SLACK_WEBHOOK_URL: slack.url },
    ...{ PORT: String(await freePort()), TEMPORAL_PORT: String(await freePort()) },
    TEMPORAL_UI_PORT: String(await freePort()),
    TEMPORAL_CLI_PATH: process.env.TEST_TEMPORAL_CLI as string,
  };
  stack = await startProcess('dev/up.js', env, 'Ctrl-C stops everything');
  const run = await runPricehook(['report', 'run'], env);
  if (run.code !== 0) throw new Error(`report run ended with ${run.code}: ${run.stderr}`);
  printed = run.stdout;
  db = connectDatabase(readStackFile(dataDir)?.databaseUrl ?? '', {
    maxConnections: 2,
    onIdleError: () => {},
  });
}, 180_000);

afterAll(async () => {
  await db?.destroy();
  await stack?.stop();
  await stopOrphans(dataDir);
  await slack?.close();
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
}, 60_000);

/** The anomalies that began before the stack was started. */
const pastAnomalies = async () =>
  await db
    .selectFrom('anomalies')
    .selectAll()
    .where('started_at', '<', sql<Date>`(select min(to_minute) from gaps)`)
    .orderBy('started_at')
    .execute();

describe('the first report of a fresh start on recorded prices', () => {
  it('finds what happened in the hours before, and says which files, anomalies and messages came of it', async () => {
    const found = await pastAnomalies();
    // As they are known of 2021-05-12 22:39 and 23:56.
    expect(found.map(({ rule, value }) => [rule, value.toFixed(2)])).toEqual([
      ['change_1h', '-5.20'],
      ['change_1h', '-5.08'],
    ]);
    for (const { started_at } of found) expect(printed).toContain(`at ${started_at.toISOString()}, `);
    expect(printed).toContain(`Files under ${archive}: `);
    for (const [, folder, count] of printed.matchAll(/ {2}(\w+\/date=\S+\/hour=\d\d): (\d+), such as/g))
      expect(readdirSync(join(archive, folder ?? ''))).toHaveLength(Number(count));
    expect(printed).toMatch(/ {2}processed\/date=.*: (6|9), such as BTC/);
    expect(printed).toMatch(/ {2}snapshots\/date=.*, such as BTC\.partial-001\.parquet/);
  });

  it('has told Slack of it in one message, and prints what Slack answered', () => {
    const [summary, ...others] = slack.messages.map(({ text }) => text);
    expect(summary).toMatch(/^\[replay\] 🕓 2 anomalies before .* UTC, found afterwards$/);
    expect(others).not.toContain('[replay] 📉 BTC moved -5.2 % (1h)');
    expect(JSON.stringify(slack.messages[0])).toContain('*BTC* change_1h &gt; 5: 2 times, farthest *-');
    expect(printed).toContain(`  sent, answered 200 ok: ${summary}\n`);
    expect(printed).toContain(`Slack: ${others.length + 1}\n`);
  });

  it('is in the API: the anomalies, and statistics over the hours before', async () => {
    const user = await registerUser(`http://127.0.0.1:${env.PORT}`, 'first@example.com');
    const { body } = await user.call<{ started_at: string; rule: string }[]>('GET', '/api/v1/anomalies');
    const started = body.map(({ started_at }) => started_at);
    for (const { started_at } of await pastAnomalies()) expect(started).toContain(started_at.toISOString());
    const stats = await user.call<{ windows: object }>('GET', '/api/v1/rates/BTC/stats');
    expect(stats.body.windows).toMatchObject({
      '1h': { points: 60, change: expect.any(Number), zscore: expect.any(Number) },
    });
  });

  it('would say what Slack was not sent, where there is no address', async () => {
    const { config } = testStack(
      { databaseUrl: 'postgres://unused/x', temporalAddress: 'unused' },
      { DATA_DIR: dataDir },
    );
    const hours = (await db.selectFrom('reports').select('hour').orderBy('hour').execute()).map(
      ({ hour }) => hour,
    );
    const text = await describeOutcome(db, config, { hours, since: new Date(0) });
    expect(text).toContain(
      'Slack was told nothing, as SLACK_WEBHOOK_URL is not set; it would have been sent: ',
    );
    expect(text).toMatch(/\n {2}\[replay\] 🕓 2 anomalies before .*, found afterwards\n/);
    expect(text).not.toContain('BTC moved -5.2 %');
  });
});

describe('examples/archive-walk.ipynb', () => {
  it('prints what PostgreSQL has, and plots it', async () => {
    const plot = join(dataDir, 'walk.png');
    const notebook = JSON.parse(readFileSync(join(EXAMPLES, 'archive-walk.ipynb'), 'utf8')) as {
      cells: { cell_type: string; source: string[]; outputs?: unknown[] }[];
    };
    const cells = notebook.cells.filter(({ cell_type }) => cell_type === 'code');
    expect(cells.every(({ outputs }) => outputs?.length === 0)).toBe(true);
    const requirements = join(EXAMPLES, 'requirements.txt');
    const packages = { wanted: ['-r', requirements], of: readFileSync(requirements, 'utf8') };
    const script = cells.map(({ source }) => source.join('')).join('\n\n');
    const output = await runPython(packages, ['-c', script], { PRICEHOOK_ARCHIVE: archive, PLOT: plot });
    const lines = output.toString().trim().split('\n');

    const quotes = lines.flatMap((line) => {
      const [, source, count, rejected, last] =
        /^(\w+): (\d+) quotes, (\d+) rejected, the last of (\S+)$/.exec(line) ?? [];
      return last === undefined ? [] : [{ source, count: Number(count), rejected: Number(rejected), last }];
    });
    expect(quotes.length).toBeGreaterThan(3);
    for (const { source, count, rejected, last } of quotes) {
      const { rows } = await sql`
        select count(*)::int as count, (count(*) filter (where not accepted))::int as rejected
        from source_quotes where ticker = 'BTC' and source = ${source} and tick_at <= ${last}`.execute(db);
      expect({ source, rows }).toEqual({ source, rows: [{ count, rejected }] });
    }
    const { rows } = await sql<{ minutes: string; low: string; high: string }>`
      select count(*) as minutes, min(close) as low, max(close) as high from candles
      where ticker = 'BTC' and exists (select from reports where status = 'done' and hour = date_trunc('hour', candles.minute))`.execute(
      db,
    );
    const { minutes, low, high } = rows[0] ?? { minutes: 0, low: 0, high: 0 };
    const usd = (price: string | number) => Number(price).toFixed(2);
    const hours = await db.selectFrom('reports').select('hour').where('status', '=', 'done').execute();
    expect(Number(minutes)).toBe(60 * hours.length);
    expect(lines).toContain(
      `BTC: ${minutes} minutes of ${hours.length} hours, closing from ${usd(low)} to ${usd(high)} USD`,
    );
    const { rows: anomalies } = await sql<{ line: string }>`
      select to_char(started_at at time zone 'utc', 'YYYY-MM-DD HH24:MI') || ' ' || rule || ' '
        || to_char(value, 'FMSG990.00') || ', at ' || to_char(price, 'FM999990.00') || ' USD' as line
      from anomalies where exists (select from reports where status = 'done' and hour = date_trunc('hour', anomalies.started_at))
      order by started_at, rule`.execute(db);
    expect(lines.filter((line) => /^\d{4}-/.test(line))).toEqual(anomalies.map(({ line }) => line));

    expect(existsSync(plot)).toBe(true);
    // How many points have the colour of the price, of the band, and of the anomalies.
    const count = `
import sys, json, matplotlib.image as image
pixels = (image.imread(sys.argv[1])[..., :3] * 255).round().astype(int).reshape(-1, 3)
colours = ["#111111", "#c6dbef", "#d62728"]
print(json.dumps([int((pixels == [int(c[n:n + 2], 16) for n in (1, 3, 5)]).all(axis=1).sum()) for c in colours]))`;
    const [price, band, marks] = JSON.parse((await runPython(packages, ['-c', count, plot])).toString());
    expect(Math.min(price, band)).toBeGreaterThan(200);
    expect(marks > 30).toBe(anomalies.length > 0);
  }, 180_000);
});
