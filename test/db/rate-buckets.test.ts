import fc from 'fast-check';
import { sql } from 'kysely';
import { deleteIdleBuckets, takeToken } from '../../src/db/rate-buckets';
import { createTestDatabase, type TestDatabase } from '../support/database';

describe('rate buckets', () => {
  let database: TestDatabase;
  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => database.db.deleteFrom('rate_buckets').execute());

  const shift = (seconds: number) =>
    sql`update rate_buckets set refilled_at = clock_timestamp() - make_interval(secs => ${seconds})`.execute(
      database.db,
    );

  it('behave like the model, whatever the requests and the pauses between them', async () => {
    let run = 0;
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 8 }),
        fc.array(fc.integer({ min: 0, max: 12 }), { maxLength: 20 }),
        async (capacity, pauses) => {
          run += 1;
          let tokens = capacity;
          for (const pause of pauses) {
            // Just after the second, so that no rounding decides; a pause of nothing is none at all.
            await shift(pause === 0 ? -3_600 : pause + 0.001);
            tokens = Math.min(capacity, tokens + (pause === 0 ? 0 : ((pause + 0.001) * capacity) / 10));
            const isClear = Math.abs(tokens - Math.round(tokens)) > 0.02 || tokens === capacity;
            fc.pre(isClear);
            const taken = await takeToken(database.db, `run ${run}`, capacity);
            expect(taken.allowed).toBe(tokens >= 1);
            if (taken.allowed) tokens -= 1;
            expect(taken.remaining).toBe(Math.floor(tokens));
          }
        },
      ),
      { numRuns: 30 },
    );
  });

  it('say how long to wait until a request passes', async () => {
    for (let i = 0; i < 4; i++) {
      await shift(-3_600);
      await takeToken(database.db, 'x', 4);
    }
    await shift(-3_600);
    expect(await takeToken(database.db, 'x', 4)).toEqual({
      allowed: false,
      remaining: 0,
      nextTokenInSeconds: 3,
    });
    await shift(3);
    expect((await takeToken(database.db, 'x', 4)).allowed).toBe(true);
  });

  it('are removed when they are full again', async () => {
    await takeToken(database.db, 'old', 5);
    await shift(11);
    await takeToken(database.db, 'new', 5);
    expect(await deleteIdleBuckets(database.db)).toBe(1);
    const rows = await database.db.selectFrom('rate_buckets').select('key').execute();
    expect(rows).toEqual([{ key: 'new' }]);
  });
});
