import { sql } from 'kysely';
import { ReportFollower } from '../../src/cli/report-follower';
import { beginReport, endReport, recordStep } from '../../src/db/reports';
import { createTestDatabase, type TestDatabase } from '../support/database';

const HOUR_MS = 3_600_000;
const FIRST = new Date(Math.floor(Date.now() / HOUR_MS) * HOUR_MS - 30 * HOUR_MS);
const hour = (n: number) => new Date(FIRST.getTime() + n * HOUR_MS);

let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('ReportFollower', () => {
  it('shows each hour once, as soon as it has ended, and says which step of how many hours is being made', async () => {
    const { db } = database;
    await beginReport(db, 'replay', hour(-1));
    await endReport(db, 'replay', hour(-1), 'done', null);
    // Clocks of two programs: what ended in this very millisecond may be of this run.
    await sql`update reports set ended_at = ended_at - interval '1 minute'`.execute(db);
    const shown: string[] = [];
    const follower = new ReportFollower(db, 'replay', new Date(), (row) => {
      shown.push(row.hour.toISOString());
    });
    // More hours than one run takes.
    await follower.expect({ fromMs: hour(0).getTime(), toMs: hour(26).getTime() });
    expect(await follower.look()).toBe('0 of 26 hours; waiting for a worker');

    await beginReport(db, 'replay', hour(0));
    expect(await follower.look()).toBe(`0 of 26 hours; ${hour(0).toISOString()}`);
    const step = {
      ...{ started_at: '', ended_at: null, attempt: 3, summary: null, error: 'The disk is full' },
      status: 'retrying' as const,
    };
    await recordStep(db, 'replay', hour(0), 'snapshot', step);
    expect(await follower.look()).toBe(
      `0 of 26 hours; ${hour(0).toISOString()} snapshot (attempt 3), tried again after: The disk is full`,
    );
    await recordStep(db, 'replay', hour(0), 'validate', {
      ...step,
      status: 'running',
      attempt: 1,
      error: null,
    });
    expect(await follower.look()).toBe(`0 of 26 hours; ${hour(0).toISOString()} validate`);

    await endReport(db, 'replay', hour(0), 'failed', 'snapshot: The disk is full');
    expect(await follower.look()).toBe('1 of 26 hours');
    await beginReport(db, 'replay', hour(1));
    expect(await follower.look()).toBe(`1 of 26 hours; ${hour(1).toISOString()}`);
    expect(shown).toEqual([hour(0).toISOString()]);
    await endReport(db, 'replay', hour(1), 'done', null);
    expect((await follower.ended()).map(({ status }) => status)).toEqual(['failed', 'done']);
    expect(shown).toEqual([hour(0), hour(1)].map((at) => at.toISOString()));
  });
});
