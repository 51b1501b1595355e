import {
  appendFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { sql } from 'kysely';
import { createRawArchive } from '../../src/archive/raw-archive';
import { readArchiveState } from '../../src/db/archive-state';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { type StartedProcess, startProcess } from '../support/processes';
import { testLog } from '../support/stack';
import { expectedLines, storeMany, storeTick } from './stored';

const HEADER = 'seq,tick_at,source_time,received_at,source,price,accepted,reason';
const NOON_MS = Date.UTC(2026, 10, 21, 12);
const DAY_MS = 86_400_000;
const CHILD = join(__dirname, 'append-child.ts');

let test: TestDatabase;
let folder: string;
beforeAll(async () => {
  test = await createTestDatabase();
});
afterAll(() => test.drop());
beforeEach(async () => {
  await sql`truncate source_quotes, archive_state, ticks`.execute(test.db);
  folder = mkdtempSync(join(tmpdir(), 'pricehook-archive-'));
});
const children: StartedProcess[] = [];
afterEach(async () => {
  await Promise.all(children.splice(0).map((started) => started.kill()));
  rmSync(folder, { recursive: true, force: true });
});

const silent = testLog.child({}, { level: 'silent' });
const append = () => createRawArchive({ db: test.db, folder, log: silent }).append();
const raw = (name = 'BTC.csv') => join(folder, 'replay/raw', name);
const lines = (name?: string) => {
  const text = readFileSync(raw(name), 'utf8');
  expect(text.endsWith('\n')).toBe(true);
  return text.trimEnd().split('\n');
};
const names = () => readdirSync(join(folder, 'replay/raw')).sort();
const state = () => readArchiveState(test.db, 'replay');
const child = async () => {
  const started = await startProcess(CHILD, { DATABASE_URL: test.url, FOLDER: folder }, 'begins');
  children.push(started);
  return started;
};

describe('the raw log', () => {
  it('has every source quote, accepted or why not, and goes on where it ends', async () => {
    await storeTick(test.db, NOON_MS, 100.5, ['BTC', 'ETH']);
    await append();
    await storeTick(test.db, NOON_MS + 10_000, 101, ['BTC', 'ETH']);
    await append();
    await append();
    const [first, ...rest] = lines();
    expect(first).toBe(HEADER);
    expect(rest).toEqual(await expectedLines(test.db));
    expect(rest[2]?.replace(/^\d+/, 'n')).toBe(
      'n,2026-11-21T12:00:00.000Z,2026-11-21T11:59:59.750Z,2026-11-21T12:00:00.002Z,okx,102.5,false,deviates',
    );
    expect(lines('ETH.csv').slice(1)).toEqual(await expectedLines(test.db, 'ETH'));
    const { rows } = await sql<{ last: string }>`select max(seq) as last from source_quotes`.execute(test.db);
    expect(await state()).toMatchObject({ appended_seq: rows[0]?.last, failing_since: null, failure: null });
  });

  it('makes up for what was not appended, over several days, each in a file of its own', async () => {
    await storeMany(test.db, 'BTC', new Date(NOON_MS - 2 * DAY_MS), 20_000);
    await append();
    const logs = ['BTC.2026-11-19.csv', 'BTC.2026-11-20.csv', 'BTC.csv'];
    expect(names()).toEqual([
      'BTC.2026-11-19.csv',
      'BTC.2026-11-19.manifest.json',
      'BTC.2026-11-20.csv',
      'BTC.2026-11-20.manifest.json',
      'BTC.csv',
      'BTC.head.json',
    ]);
    expect(statSync(raw(logs[0])).mode & 0o777).toBe(0o444);
    expect(logs.flatMap((name) => lines(name).slice(1))).toEqual(await expectedLines(test.db));
    for (const name of logs) expect(lines(name)[0]).toBe(HEADER);
    const { rows, first_time, previous } = JSON.parse(
      readFileSync(raw('BTC.2026-11-20.manifest.json'), 'utf8'),
    );
    expect({ rows, first_time }).toEqual({ rows: 8_640, first_time: '2026-11-20T00:00:00.000Z' });
    expect(previous.manifest).toBe('raw/BTC.2026-11-19.manifest.json');
  });

  it('goes on after the last file of a day that is over, where it was killed before it began the next', async () => {
    await storeTick(test.db, NOON_MS - DAY_MS);
    await storeTick(test.db, NOON_MS);
    await append();
    rmSync(raw());
    await append();
    expect(lines().slice(1)).toEqual((await expectedLines(test.db)).slice(3));
  });

  it('cuts off a torn line wherever it is torn, and writes it again', async () => {
    await storeTick(test.db, NOON_MS);
    await append();
    const whole = readFileSync(raw());
    for (let length = whole.length - 1; length >= 0; length -= 1) {
      truncateSync(raw(), length);
      await append();
      expect(readFileSync(raw()).equals(whole)).toBe(true);
    }
  });

  it('cuts off what a power cut has left, and nothing that it does not know', async () => {
    await storeTick(test.db, NOON_MS);
    await append();
    const whole = readFileSync(raw());
    appendFileSync(raw(), `12,2026\0\0\0\0\n\0\0`);
    await append();
    expect(readFileSync(raw()).equals(whole)).toBe(true);
    for (const foreign of ['a,b\n1,2\n', `${whole}a line of somebody else\n`]) {
      writeFileSync(raw(), foreign);
      await append();
      expect(readFileSync(raw(), 'utf8')).toBe(foreign);
      expect((await state())?.failure).toContain('no raw log of this version');
    }
  });

  it('loses nothing where the database is another one, whose numbers begin again', async () => {
    await storeTick(test.db, NOON_MS);
    await storeTick(test.db, NOON_MS + 10_000);
    await append();
    const before = lines();
    await sql`truncate source_quotes`.execute(test.db);
    await sql`alter sequence source_quotes_seq restart`.execute(test.db);
    await storeTick(test.db, NOON_MS + 20_000);
    await append();
    expect(lines()).toEqual([...before, ...(await expectedLines(test.db))]);
  });

  it('is written by one at a time: many at once write what one writes', async () => {
    await storeMany(test.db, 'BTC', new Date(NOON_MS), 3_000);
    await Promise.all([child(), child()]);
    await Promise.all([append(), append(), append()]);
    await storeMany(test.db, 'BTC', new Date(NOON_MS + 30_000_000), 1_200);
    const all = await expectedLines(test.db);
    await eventually(() => expect(lines().length).toBe(all.length + 1));
    await Promise.all(children.map((started) => started.kill()));
    expect(lines().slice(1)).toEqual(all);
  });

  it('is whole after its writer was killed in the middle, again and again', async () => {
    await storeMany(test.db, 'BTC', new Date(NOON_MS - 3 * DAY_MS), 26_000);
    const all = await expectedLines(test.db);
    const sizes: number[] = [];
    for (let turn = 0; turn < 4; turn += 1) {
      rmSync(join(folder, 'replay'), { recursive: true, force: true });
      const writer = await child();
      // Killed a little later each time, always after it began and as a rule before it is done.
      const wanted = turn * 400_000;
      await eventually(() => {
        const size = sizeOfAll();
        if (size <= wanted) throw new Error('not yet');
      });
      await writer.kill();
      sizes.push(sizeOfAll());
      await eventually(async () => {
        await append();
        const logs = names().filter((name) => name.endsWith('.csv'));
        expect(logs.flatMap((name) => lines(name).slice(1))).toEqual(all);
      });
    }
    expect(Math.min(...sizes)).toBeLessThan(all.join('\n').length);
  }, 180_000);

  function sizeOfAll(): number {
    if (!existsSync(join(folder, 'replay/raw'))) return 0;
    return names().reduce(
      (sum, name) => sum + (statSync(raw(name), { throwIfNoEntry: false })?.size ?? 0),
      0,
    );
  }

  it('is left in the middle by a worker that stops, and gone on with by the next', async () => {
    await storeMany(test.db, 'BTC', new Date(NOON_MS - 3 * DAY_MS), 26_000);
    const archive = createRawArchive({ db: test.db, folder, log: silent });
    archive.appendSoon();
    await eventually(() => expect(sizeOfAll()).toBeGreaterThan(0));
    await archive.stop();
    // What is not all there is not said to be.
    expect(await state()).toBeUndefined();
    await append();
    const logs = names().filter((name) => name.endsWith('.csv'));
    expect(logs.flatMap((name) => lines(name).slice(1))).toEqual(await expectedLines(test.db));
    expect(await state()).toMatchObject({ failing_since: null });
  });

  it('says once that it can’t be written, and makes up for it', async () => {
    await storeTick(test.db, NOON_MS);
    mkdirSync(raw(), { recursive: true });
    const said: string[] = [];
    const note = (...words: unknown[]) => void said.push(String(words.at(-1)));
    const archive = createRawArchive({ db: test.db, folder, log: { info: note, warn: note, error: note } });
    await archive.append();
    const { failing_since } = (await state()) ?? {};
    await archive.append();
    expect(await state()).toMatchObject({ failing_since, failure: expect.stringContaining(raw()) });
    expect(failing_since).toBeInstanceOf(Date);
    rmSync(raw(), { recursive: true });
    await archive.append();
    expect(said).toEqual([
      'The archive falls behind; PostgreSQL keeps the quotes for it',
      'The archive is written again',
    ]);
    expect(lines().slice(1)).toEqual(await expectedLines(test.db));
    expect(await state()).toMatchObject({ failing_since: null, failure: null });
  });
});
