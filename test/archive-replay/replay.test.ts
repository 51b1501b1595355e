import {
  chmodSync,
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';
import { allWindows } from '../../src/analysis';
import { sha256 } from '../../src/archive/files';
import { lookedAtFrom } from '../../src/archive/processed';
import { archivedTickers, firstArchivedTick, wrongInputs } from '../../src/archive-replay/inputs';
import { createPace, MACHINE_CLOCK } from '../../src/archive-replay/pace';
import { type ReplayedHour, replayArchive } from '../../src/archive-replay/replay';
import { newReplayFolder, wishedFolder } from '../../src/cli/replay-folder';
import { AlertWatch } from '../../src/domain/alert-watch';
import { HOUR_MS } from '../../src/domain/statistics-hour';
import type { TimeSpan } from '../../src/domain/statistics-span';
import { qualitySettings } from '../../src/quality-settings';
import { runPricehook } from '../cli/run';
import { config, ENV, type Live, runLive, SPAN, TICKERS } from './live';

const DAY_FILE = 'raw/BTC.2021-05-12.csv';
const FALL_HOUR = 'processed/date=2021-05-12/hour=23';

let live: Live;
beforeAll(async () => {
  live = await runLive();
}, 120_000);
afterAll(async () => {
  rmSync(live.dataDir, { recursive: true, force: true });
  await live.database.drop();
});

/** A copy of `DATA_DIR` that a test may damage. */
let dataDir: string;
beforeEach(() => {
  dataDir = mkdtempSync(join(tmpdir(), 'pricehook-replay-'));
  cpSync(live.dataDir, dataDir, { recursive: true });
});
afterEach(() => rmSync(dataDir, { recursive: true, force: true }));

const archive = () => join(dataDir, 'archive/replay');
const lookBack = allWindows(config);

/** The SHA-256 of what was made of a span, by file, the last revision of each; what was not made, but looked at, is left out. */
function processed(root: string, span: TimeSpan = SPAN): Record<string, string> {
  const files: Record<string, string> = {};
  const names = readdirSync(join(root, 'processed'), { recursive: true }) as string[];
  for (const name of names.sort()) {
    const [, date, hour] = /^date=(.*)\/hour=(\d\d)\//.exec(name) ?? [];
    const hourMs = Date.parse(`${date}T${hour}:00Z`);
    if (!/\.(csv|parquet)$/.test(name) || name.includes('other-minutes')) continue;
    if (hourMs < span.fromMs || hourMs >= span.toMs) continue;
    files[name.replace(/\.revision-\d+/, '')] = sha256(readFileSync(join(root, 'processed', name)));
  }
  return files;
}

const wrong = (span: TimeSpan = SPAN) =>
  wrongInputs(join(dataDir, 'archive'), 'replay', {
    ...{ tickers: TICKERS, span },
    looked: { fromMs: lookedAtFrom(span.fromMs, lookBack), toMs: span.toMs + HOUR_MS },
  });

async function replay(span: TimeSpan = SPAN): Promise<{ out: string; hours: ReplayedHour[] }> {
  const out = join(dataDir, 'replayed');
  const hours: ReplayedHour[] = [];
  const tickers = await archivedTickers(archive());
  expect(tickers).toEqual(TICKERS);
  const events = replayArchive({
    ...{ archive: archive(), out, span, tickers, alerts: new AlertWatch([]) },
    settings: {
      rules: { minSources: config.minSources, maxDeviation: config.maxDeviation },
      quality: qualitySettings(config),
      ...{ windows: config.statistics.windows, lookBack, anomalies: config.anomalies },
    },
    pace: createPace(undefined, MACHINE_CLOCK),
    firstTickMs: await firstArchivedTick(archive(), tickers),
  });
  for await (const event of events) if (event.kind === 'hour') hours.push(event.hour);
  return { out, hours };
}

const results = (hours: ReplayedHour[]) => hours.map(({ result }) => result);

/** Changes one byte of a file that nobody may write. */
function damage(path: string, from: string, to: string): void {
  const file = join(archive(), path);
  const text = readFileSync(file, 'utf8');
  expect(text).toContain(from);
  chmodSync(file, 0o644);
  writeFileSync(file, text.replace(from, to));
}

const run = (args: string[], env: NodeJS.ProcessEnv = {}) =>
  runPricehook(['replay', '--from', '2021-05-12T22:00Z', '--to', '2021-05-13T01:00Z', ...args], {
    ...{ ...ENV, DATA_DIR: dataDir },
    ...env,
  });

describe('pricehook replay', () => {
  it('makes the very files of the archive, and has alerts fire as they did', async () => {
    const { code, stdout } = await run(['--json'], { DATABASE_URL: live.database.url });
    expect(code).toBe(0);
    const answer = JSON.parse(stdout);
    expect(answer.hours.map(({ result }: { result: string }) => result)).toEqual(Array(3).fill('identical'));
    const files = processed(archive());
    expect(Object.keys(files).filter((name) => name.includes('anomalies'))).not.toEqual([]);
    expect(processed(answer.out)).toEqual(files);
    expect(answer.hours.map((hour: { compared_files: number }) => hour.compared_files)).toEqual(
      SPAN_HOURS.map((span) => Object.keys(processed(archive(), span)).length),
    );
    const { fall, rise, late } = live.alerts;
    expect([...live.fired.keys()].sort()).toEqual([fall, rise, late].sort());
    expect(answer.alerts).toBe(5);
    expect(answer.firings).toHaveLength(3);
    for (const { id, live: then, ...firing } of answer.firings) {
      const { at, price } = live.fired.get(id) as { at: Date; price: number };
      expect(firing).toMatchObject({ triggered_at: at.toISOString(), triggered_price: price });
      expect(then).toEqual({ triggered_at: at.toISOString(), triggered_price: price });
    }
    const hour = answer.hours[1];
    expect(hour).toMatchObject({ settled_otherwise: 0, differences: [], quality: 116 / 120 });
    expect(hour.violations.map(({ rule }: { rule: string }) => rule)).toContain('spread');
  }, 60_000);

  it('says which files differ, and why, and ends with 1', async () => {
    damage(`${FALL_HOUR}/BTC.hour.csv`, '23:00', '23:01');
    const { code, stdout } = await run(['--no-alerts'], { ANOMALY_RULES: 'change_1h>4' });
    expect(code).toBe(1);
    const lines = stdout.trimEnd().split('\n');
    expect(lines).toContain(
      `  ${FALL_HOUR}/BTC.hour.csv: it was changed since it was archived: what the replay has is what its manifest says`,
    );
    expect(lines).toContainEqual(
      expect.stringMatching(`^  ${FALL_HOUR}/BTC\\.anomalies\\.csv: it is another one from line \\d+ on$`),
    );
    expect(lines.at(-1)).toMatch(/^3 hours: \d identical, \d different; 0 of 0 alerts fired; written to /);
  }, 60_000);

  it('names a raw file that was changed, and replays nothing', async () => {
    damage(DAY_FILE, ',true,\n', ',true, \n');
    const { code, stdout, stderr } = await run(['--no-alerts']);
    expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
    expect(stderr).toContain(`replay/${DAY_FILE}: changed: `);
    expect(stderr).toContain('Nothing was replayed');
    expect(existsSync(join(dataDir, 'replays'))).toBe(false);
  }, 60_000);

  it('takes alerts of a file, in the order of time, and as if they had always been armed', async () => {
    const file = join(dataDir, 'alerts.jsonl');
    const alerts = [
      { id: 'soon', ticker: 'sol', condition: 'gt', target_price: '1' },
      { id: 'fall', ticker: 'BTC', condition: 'lt', target_price: 50_000, armed_at: '2021-05-13T00:59:50Z' },
    ];
    writeFileSync(file, `${alerts.map((alert) => JSON.stringify(alert)).join('\n\n')}\n`);
    const out = join(dataDir, 'out');
    const { code, stdout } = await run(['--alerts', file, '--what-if', '--out', out]);
    expect(code).toBe(0);
    const fired = stdout.split('\n').filter((line) => line.includes(' fires at '));
    const then = live.fired.get(live.alerts.fall) as { at: Date; price: number };
    expect(fired).toEqual([
      expect.stringMatching(/^2021-05-12T22:00:30\.150Z SOL gt 1 fires at [\d.]+ {2}soon$/),
      `${then.at.toISOString()} BTC lt 50000 fires at ${then.price}  fall`,
    ]);
    expect(processed(out)).toEqual(processed(archive()));
    writeFileSync(file, '{"ticker":"BTC","condition":"over","target_price":1}\n');
    const refused = await run(['--alerts', file]);
    expect(refused).toMatchObject({
      code: 2,
      stderr: expect.stringContaining('alerts.jsonl, line 1: condition: '),
    });
  }, 60_000);

  it.each([
    [['--out', 'archive/replay/processed/mine'], 'a folder outside of the archive'],
    [['--speed', '0'], 'Allowed: a number above 0'],
  ])(
    'refuses %j and ends with 2',
    async ([flag, value], message) => {
      const given = flag === '--out' ? join(dataDir, value as string) : (value as string);
      const before = readdirSync(dataDir, { recursive: true });
      const { code, stdout, stderr } = await run(['--no-alerts', flag as string, given]);
      expect({ code, stdout }).toEqual({ code: 2, stdout: '' });
      expect(stderr).toContain(message);
      expect(readdirSync(dataDir, { recursive: true })).toEqual(before);
    },
    60_000,
  );
});

const SPAN_HOURS = [0, 1, 2].map((hour) => ({
  fromMs: SPAN.fromMs + hour * HOUR_MS,
  toMs: SPAN.fromMs + (hour + 1) * HOUR_MS,
}));

describe('replayArchive', () => {
  it('takes hours one by one, from where those before led to', async () => {
    for (const span of SPAN_HOURS) {
      const { out, hours } = await replay(span);
      expect(results(hours)).toEqual(['identical']);
      expect(processed(out, span)).toEqual(processed(archive(), span));
    }
  });

  it('takes the raw log where there are no snapshots, also of an hour that was never reported', async () => {
    rmSync(join(archive(), 'snapshots'), { recursive: true });
    const span = { ...SPAN, toMs: SPAN.toMs + 2 * HOUR_MS };
    expect(await wrong(span)).toEqual([]);
    const { hours } = await replay(span);
    expect(results(hours)).toEqual(['identical', 'identical', 'identical', 'not archived', 'empty']);
  });

  it('says where something was settled otherwise', async () => {
    damage('snapshots/date=2021-05-12/hour=22/BTC.csv', ',false,deviates\n', ',true,\n');
    const { hours } = await replay();
    expect(hours[0]).toMatchObject({ result: 'different', settledOtherwise: 1, differences: [] });
  });
});

describe('the folder of a replay', () => {
  it('is outside of the archive, whatever way leads to it, and empty', () => {
    const folder = join(dataDir, 'archive');
    symlinkSync(folder, join(dataDir, 'link'));
    for (const out of ['archive', 'archive/replay/mine', 'archive/..mine', 'link/mine'])
      expect(() => wishedFolder(join(dataDir, out), folder, 2)).toThrow('outside of the archive');
    expect(() => wishedFolder(dataDir, folder, 2)).toThrow('a folder that is empty');
    for (const out of ['archived', 'a/b', 'a/b'])
      expect(wishedFolder(join(dataDir, out), folder, 2)).toBe(join(dataDir, out));
  });

  it('is a new one each time', () => {
    const made = [1, 2].map(() => newReplayFolder(dataDir, 'replay', SPAN));
    expect(made.map((path) => basename(path))).toEqual([
      'replay-2021-05-12T22-2021-05-13T01-001',
      'replay-2021-05-12T22-2021-05-13T01-002',
    ]);
  });
});

describe('what a replay reads', () => {
  it('is all right as it was archived, whatever else was changed', async () => {
    damage(`${FALL_HOUR}/BTC.minutes.csv`, '23:00', '23:01');
    writeFileSync(join(archive(), 'snapshots/date=2021-05-12/hour=23/BTC.notes.csv'), 'mine');
    expect(await wrong()).toEqual([]);
  });

  it('is nothing that no manifest names', async () => {
    const [source, path] = ['22/BTC.csv', '21/BTC.csv'].map((one) => `snapshots/date=2021-05-12/hour=${one}`);
    mkdirSync(join(archive(), 'snapshots/date=2021-05-12/hour=21'), { recursive: true });
    rmSync(join(archive(), path as string), { force: true });
    writeFileSync(join(archive(), path as string), readFileSync(join(archive(), source as string)));
    const [problem] = await wrong({ ...SPAN, fromMs: SPAN.fromMs - HOUR_MS });
    expect(problem).toMatchObject({ path, problem: 'unknown' });
  });

  it.each([
    ['a closed log', DAY_FILE, ',true,\n', ',true, \n'],
    ['the log of today', 'raw/BTC.csv', ',binance,', ',bybit,'],
    ['a snapshot', 'snapshots/date=2021-05-12/hour=23/SOL.csv', ',true,\n', ',false,deviates\n'],
    ['a manifest', 'snapshots/date=2021-05-12/hour=23/SOL.manifest.json', '"rows": ', '"rows": 1'],
    ['minutes that were fetched', `${FALL_HOUR}/BTC.other-minutes.revision-001.csv`, 'binance', 'bitmart'],
  ])('is told of where %s was changed', async (_, path, from, to) => {
    damage(path, from, to);
    expect(await wrong()).toContainEqual(expect.objectContaining({ path, problem: 'changed' }));
  });

  it('is told of where anomalies of before were changed, that it goes on from', async () => {
    const path = `${FALL_HOUR}/BTC.anomalies.csv`;
    damage(path, 'started', 'ended');
    const [, , last] = SPAN_HOURS as [TimeSpan, TimeSpan, TimeSpan];
    expect((await wrong(last)).map((problem) => problem.path)).toEqual([path]);
    expect(await wrong(SPAN_HOURS[0])).toEqual([]);
  });
});
