import { mkdirSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { verifyArchive } from '../../src/archive/verify';
import {
  alarms,
  FALL_MS,
  files,
  HOUR_MS,
  parts,
  report,
  reportOwed,
  rows,
  run,
  told,
  useReports,
  withoutCandles,
} from './report-stack';

useReports();

const hourFolder = () => {
  const iso = new Date(FALL_MS).toISOString();
  return `date=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}`;
};

const stored = async () => {
  const { db } = parts.database;
  return {
    minutes: await db.selectFrom('statistics_minute').selectAll().orderBy('minute').execute(),
    hours: await db.selectFrom('statistics_hour').selectAll().execute(),
    anomalies: await db.selectFrom('anomalies').selectAll().orderBy('started_at').orderBy('rule').execute(),
    violations: await db.selectFrom('quality_violations').selectAll().execute(),
    notices: await db.selectFrom('notices').selectAll().orderBy('created_at').execute(),
  };
};

describe('marketReport', () => {
  it('archives an hour, computes it, finds what happened in it and tells of it', async () => {
    expect(await report({ fromMs: FALL_MS - HOUR_MS })).toBeNull();
    const [before, row] = await rows();
    expect(before).toMatchObject({ status: 'done', quality: 1 });
    expect(row).toMatchObject({ status: 'done', error: null, quality: 1, runs: 1 });
    expect(
      Object.entries(row?.steps ?? {}).map(([step, { status, attempt }]) => [step, status, attempt]),
    ).toEqual(
      expect.arrayContaining(
        ['snapshot', 'validate', 'statistics', 'anomalies', 'persist', 'notify', 'upload'].map((step) => [
          step,
          'done',
          1,
        ]),
      ),
    );
    expect(row?.steps.snapshot?.summary).toBe('1080 rows in 1 partitions, 1 of them new');
    const { minutes, hours, anomalies } = await stored();
    expect([minutes.length, hours.length]).toEqual([240, 2]);
    // As they are known of 2021-05-12 23:56 and of 2021-05-13 00:01 and 00:02.
    expect(
      anomalies.map(({ rule, started_at }) => [rule, (started_at.getTime() - FALL_MS) / 60_000]),
    ).toEqual([
      ['change_1h', -4],
      ['change_24h', 1],
      ['zscore_24h', 2],
    ]);
    const names = Object.keys(files()).filter((name) => name.includes(hourFolder()));
    expect(names).toEqual(
      expect.arrayContaining([
        `snapshots/${hourFolder()}/BTC.csv`,
        `snapshots/${hourFolder()}/BTC.parquet`,
        `processed/${hourFolder()}/BTC.minutes.csv`,
        `processed/${hourFolder()}/BTC.minutes.parquet`,
        `processed/${hourFolder()}/BTC.hour.csv`,
        `processed/${hourFolder()}/BTC.anomalies.csv`,
        `processed/${hourFolder()}/BTC.anomalies.parquet`,
      ]),
    );
    expect((await verifyArchive(join(parts.folder, 'archive'))).problems).toEqual([]);
    expect(told()).toEqual([
      '[replay] 📉 BTC moved -5.08 % (1h)',
      '[replay] 📉 BTC moved -15.14 % (24h)',
      '[replay] 📉 BTC lies -5.53 standard deviations from the mean (24h)',
      '[replay] ✅ BTC is back (zscore_24h)',
      '[replay] ✅ BTC is back (change_24h)',
      '[replay] ✅ BTC is back (change_1h)',
    ]);
    expect(JSON.stringify(parts.slack.messages)).toContain('http://prices.example/?ticker=BTC');
    expect(await alarms()).toEqual([]);
  });

  it('run twice leaves the same files and rows, and one message for each event', async () => {
    await report();
    const before = { ...(await stored()), files: files(), told: [...told()] };
    expect(before.told.length).toBeGreaterThan(0);
    expect(await report()).toBeNull();
    expect({ ...(await stored()), files: files(), told: told() }).toEqual(before);
    expect((await rows())[0]).toMatchObject({ status: 'done', runs: 2 });
  });

  it('two runs at once come to the same as one', async () => {
    await Promise.all([report(), report()]);
    // Where both write, one waits for the archive, and gives up soon with these intervals: the next run makes up for it.
    expect(await report()).toBeNull();
    expect((await rows())[0]).toMatchObject({ status: 'done', runs: 3 });
    expect(new Set(told()).size).toBe(told().length);
    expect((await verifyArchive(join(parts.folder, 'archive'))).problems).toEqual([]);
  });

  it('takes the hours that are owed, the oldest first, and none that is done', async () => {
    expect(await reportOwed()).toBeNull();
    const first = await rows();
    expect(first[0]?.hour).toEqual(new Date(FALL_MS));
    expect(first.length).toBeGreaterThanOrEqual(2);
    const ended = first.map(({ ended_at }) => (ended_at as Date).getTime());
    expect(ended).toEqual([...ended].sort((a, b) => a - b));
    expect(await reportOwed()).toBeNull();
    expect((await rows()).map(({ runs }) => runs)).toEqual(first.map(() => 1));
    // Nobody said anything in the last hour.
    expect(await alarms()).toEqual(['quality:hour open']);
    expect(told().filter((text) => text.includes('quality of the data is low'))).toHaveLength(1);
  });

  it('covers the hour that is under way by numbered partial snapshots, where that is wished', async () => {
    const nowMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS;
    await parts.database.db
      .insertInto('source_quotes')
      .values({
        ...{ market: 'replay', ticker: 'BTC', source: 'okx', price: 1, source_time: null, reason: null },
        ...{ accepted: true, received_at: new Date(nowMs), tick_at: new Date(nowMs) },
      })
      .execute();
    expect(await report({ toMs: Date.now(), partial: true })).toBeNull();
    expect((await rows()).at(-1)).toMatchObject({ status: 'partial', hour: new Date(nowMs) });
    expect(Object.keys(files())).toContainEqual(expect.stringMatching(/snapshots\/.*BTC\.partial-001\.csv$/));
    expect((await verifyArchive(join(parts.folder, 'archive'))).problems).toEqual([]);
  });
});

describe('an hour whose candles came late', () => {
  const BEFORE_MS = FALL_MS - HOUR_MS;
  const bothHours = { fromMs: BEFORE_MS };
  const wholeSpan = async () => {
    expect(await report(bothHours)).toBeNull();
    const { anomalies, minutes, hours } = await stored();
    return { minutes, hours, anomalies: anomalies.map(({ id, first_started_at, ...row }) => row) };
  };

  it('is reported again by itself: rows as if they had been there, revisions beside the files, no news told twice', async () => {
    const expected = await wholeSpan();
    const { db } = parts.database;
    await sql`truncate reports, notices, notice_attempts, anomalies, anomaly_states, statistics_minute, statistics_hour`.execute(
      db,
    );
    rmSync(join(parts.folder, 'archive'), { recursive: true, force: true });
    parts.slack.messages.length = 0;

    // Without these, the fall of an hour is seen two minutes later, and in the next hour.
    const putBack = await withoutCandles(-5, 2);
    expect(await report(bothHours)).toBeNull();
    const first = { ...(await stored()), files: files(), told: [...told()] };
    const fallOf = ({ anomalies }: { anomalies: typeof first.anomalies }) =>
      anomalies.find(({ rule }) => rule === 'change_1h');
    expect(fallOf(first)?.started_at).toEqual(new Date(FALL_MS + 2 * 60_000));
    expect(first.told).toContainEqual(expect.stringContaining('(1h)'));

    await putBack();
    expect((await rows()).map(({ stale_since }) => stale_since)).toEqual([
      expect.any(Date),
      expect.any(Date),
    ]);
    expect(await reportOwed()).toBeNull();
    const { anomalies, minutes, hours } = await stored();
    expect({
      ...{ minutes: minutes.filter(({ minute }) => minute.getTime() < FALL_MS + HOUR_MS) },
      hours: hours.filter(({ hour }) => hour.getTime() <= FALL_MS),
      anomalies: anomalies.map(({ id, first_started_at, ...row }) => row),
    }).toEqual(expected);
    expect(fallOf({ anomalies })).toMatchObject({
      id: fallOf(first)?.id,
      first_started_at: fallOf(first)?.started_at,
    });
    expect(told().filter((text) => text.includes('BTC'))).toEqual(first.told);

    const now = files();
    for (const [name, hash] of Object.entries(first.files))
      if (!name.endsWith('.head.json')) expect([name, now[name]]).toEqual([name, hash]);
    const revisions = Object.keys(now).filter((name) => name.includes('.revision-'));
    expect(revisions.filter((name) => name.endsWith('.csv')).map((name) => name.split('/').at(-1))).toEqual([
      // The hour before had no anomaly at first.
      ...['BTC.hour', 'BTC.minutes', 'BTC.anomalies', 'BTC.hour', 'BTC.minutes'].map(
        (name) => `${name}.revision-001.csv`,
      ),
    ]);
    const again = (await rows()).filter(({ hour }) => hour.getTime() <= FALL_MS);
    expect(again).toMatchObject([
      { status: 'done', runs: 2, stale_since: null },
      { status: 'done', runs: 2, stale_since: null },
    ]);
    expect(again[1]?.steps.persist?.summary).toMatch(/3 of them new, 3 as revisions$/);
    expect((await verifyArchive(join(parts.folder, 'archive'))).problems).toEqual([]);
    // Nothing came since: nothing is written.
    expect(await report(bothHours)).toBeNull();
    expect(await reportOwed()).toBeNull();
    expect(files()).toEqual(now);
  });
});

describe('a step that fails', () => {
  it('is tried again, alarms once, keeps no other from being made, and recovers', async () => {
    const archive = join(parts.folder, 'archive');
    mkdirSync(parts.folder, { recursive: true });
    // A link that leads nowhere: whatever should be written there can't be.
    rmSync(archive, { recursive: true, force: true });
    symlinkSync('/proc/nowhere', archive);
    expect(await report()).toContain('snapshot: ');
    expect(await report()).toContain('snapshot: ');
    const [failed] = await rows();
    expect(failed).toMatchObject({ status: 'failed', error: expect.stringContaining('snapshot: ') });
    expect(failed?.steps.snapshot).toMatchObject({ status: 'failed', attempt: 3 });
    expect(failed?.steps.anomalies).toMatchObject({ status: 'done' });
    expect((await alarms()).sort()).toEqual(['step:persist open', 'step:snapshot open']);
    await run('tellOperators');
    const alarmed = () => told().filter((text) => text.includes('step snapshot'));
    expect(alarmed()).toEqual(["[replay] 🚨 The report's step snapshot failed"]);
    // The anomaly was told although the disk was full.
    expect(told().some((text) => text.includes('BTC moved'))).toBe(true);

    rmSync(archive);
    expect(await report()).toBeNull();
    expect((await rows())[0]).toMatchObject({ status: 'done', error: null });
    await run('tellOperators');
    expect((await alarms()).sort()).toEqual(['step:persist closed', 'step:snapshot closed']);
    expect(alarmed()).toHaveLength(2);
    expect(alarmed()[1]).toContain('✅ Over');
    expect(Object.keys(files())).toContain(`snapshots/${hourFolder()}/BTC.csv`);
  });

  it('keeps none of the hours after it from being reported, though they are more than one run takes', async () => {
    const firstMs = FALL_MS - 25 * HOUR_MS;
    const iso = new Date(firstMs + HOUR_MS).toISOString();
    const folder = `processed/date=${iso.slice(0, 10)}/hour=${iso.slice(11, 13)}`;
    // Nobody knows whose it is, and nothing is overwritten.
    mkdirSync(join(parts.folder, 'archive/replay', folder), { recursive: true });
    writeFileSync(join(parts.folder, 'archive/replay', folder, 'BTC.minutes.csv'), '');
    expect(await report({ fromMs: firstMs })).toMatch(new RegExp(`^${iso}: persist: [^;]*; [^;]*$`));
    const reported = await rows();
    expect(reported.map(({ status }) => status)).toEqual([
      'done',
      'failed',
      ...Array.from({ length: 24 }, () => 'done'),
    ]);
  }, 180_000);

  it('Slack down: every attempt is recorded, nothing is lost, and nothing comes twice', async () => {
    parts.slack.fail(503);
    expect(await report()).toContain('notify: Slack did not take a message');
    expect(await alarms()).toEqual(['step:notify open']);
    const { db } = parts.database;
    const attempts = await db.selectFrom('notice_attempts').selectAll().execute();
    expect(attempts.length).toBeGreaterThanOrEqual(3);
    expect(attempts.every(({ status_code, outcome }) => status_code === 503 && outcome === 'failed')).toBe(
      true,
    );
    parts.slack.fail(undefined);
    expect(await report()).toBeNull();
    await run('tellOperators');
    expect(await alarms()).toEqual(['step:notify closed']);
    const texts = told();
    expect(new Set(texts).size).toBe(texts.length);
    expect(texts.filter((text) => text.includes('step notify'))).toHaveLength(2);
    expect(texts.filter((text) => /BTC moved -15\.14 % \(24h\)/.test(text))).toHaveLength(1);
    const pending = await db.selectFrom('notices').selectAll().where('status', '<>', 'sent').execute();
    expect(pending).toEqual([]);
    // Whoever reads the tables learns nothing of Slack's secret path.
    const all = JSON.stringify(await db.selectFrom('notice_attempts').selectAll().execute());
    expect(all).not.toContain('XXXXXXXX');
  });
});
