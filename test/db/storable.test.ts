import { listAlarms, setAlarm } from '../../src/db/alarms';
import { beginReport, endReport, failedStep, failStep, recordStep } from '../../src/db/reports';
import { createTestDatabase, type TestDatabase } from '../support/database';

/** What a raw log holds after a power failure, or a server says: PostgreSQL stores neither NULs nor half an emoji in JSON. */
const SAID = `a\0b ${'🔴'.charAt(0)}…`;
const STORED = 'ab \ufffd…';
const HOUR = new Date('2026-11-22T03:00:00Z');
let database: TestDatabase;
beforeAll(async () => {
  database = await createTestDatabase();
});
afterAll(() => database.drop());

describe('what somebody else has said', () => {
  it('keeps no alarm from being raised, nor its message from being stored', async () => {
    await setAlarm(database.db, { market: 'live', told: true }, 'step:upload', SAID);
    expect(await listAlarms(database.db, 'live', { limit: 1 })).toMatchObject([{ detail: STORED }]);
    const notices = await database.db.selectFrom('notices').select('message').execute();
    expect(JSON.stringify(notices)).toContain(STORED);
  });

  it('keeps no step from failing, and no report from ending', async () => {
    const { db } = database;
    await beginReport(db, 'live', HOUR);
    const step = { started_at: HOUR.toISOString(), ended_at: null, attempt: 1, summary: null };
    await recordStep(db, 'live', HOUR, 'upload', { ...step, status: 'retrying', error: SAID });
    await failStep(db, 'live', HOUR, 'upload', SAID);
    await endReport(db, 'live', HOUR, 'failed', SAID);
    expect(await failedStep(db, 'live', 'upload')).toEqual({ hour: HOUR, error: STORED });
  });
});
