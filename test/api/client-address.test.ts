import { createTestDatabase, type TestDatabase } from '../support/database';
import { startApi, type TestApi } from './api';

describe('the address that a limit counts by', () => {
  let database: TestDatabase;
  let api: TestApi;

  beforeAll(async () => {
    database = await createTestDatabase();
  });
  afterAll(() => database.drop());
  beforeEach(() => database.db.deleteFrom('rate_buckets').execute());
  afterEach(() => api.close());

  /** The callers that the buckets belong to after these X-Forwarded-For headers were sent, one request each. */
  async function callers(trustedProxies: number, forwarded: string[]): Promise<string[]> {
    api = await startApi(database, { rateLimits: true, trustedProxies });
    for (const value of forwarded) {
      await api.ask('POST /api/v1/users/register', { body: {}, headers: { 'X-Forwarded-For': value } });
    }
    const rows = await database.db.selectFrom('rate_buckets').select('key').orderBy('key').execute();
    return rows.map(({ key }) => key.replace('POST /users/register ', ''));
  }

  it("is the connection's where no proxy is trusted", async () => {
    expect(await callers(0, ['198.51.100.1', '198.51.100.2'])).toEqual(['127.0.0.1']);
  });

  it('is what the one trusted proxy saw; what stands before it anybody can write', async () => {
    expect(await callers(1, ['198.51.100.1', '10.0.0.1, 198.51.100.2', 'x, 198.51.100.1'])).toEqual([
      '198.51.100.1',
      '198.51.100.2',
    ]);
  });

  it('is what the first of two trusted proxies saw', async () => {
    expect(await callers(2, ['198.51.100.1, 10.0.0.1', '9.9.9.9, 198.51.100.2, 10.0.0.1'])).toEqual([
      '198.51.100.1',
      '198.51.100.2',
    ]);
  });

  it("is the connection's where the header holds no address", async () => {
    expect(await callers(1, ['', 'unknown', 'a'.repeat(5_000)])).toEqual(['127.0.0.1']);
  });

  it('does not depend on the port that some proxies write', async () => {
    const forwarded = [
      ...['198.51.100.1:1234', '198.51.100.1:5', '[2001:db8::1]:55', '[2001:db8::1]', '2001:db8::1'],
      ...['[198.51.100.2', '[x]:1', ':1'],
    ];
    expect(await callers(1, forwarded)).toEqual(['127.0.0.1', '198.51.100.1', '2001:db8:0:0::/64']);
  });

  it('takes an IPv6 /64 for one caller, and IPv4 in IPv6 for IPv4', async () => {
    const forwarded = [
      ...[
        '2001:db8:1:2::1',
        '2001:db8:1:2:ffff::9',
        '2001:db8:1:3::1',
        '::ffff:198.51.100.7',
        '198.51.100.7',
      ],
    ];
    expect(await callers(1, forwarded)).toEqual(['198.51.100.7', '2001:db8:1:2::/64', '2001:db8:1:3::/64']);
  });
});
