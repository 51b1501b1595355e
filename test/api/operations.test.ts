import { openAlarm } from '../../src/db/alarms';
import { storeQuality } from '../../src/db/quality';
import { beginReport } from '../../src/db/reports';
import { addUser, MISSING_KEY, type TestUser, useApi } from './api';

const api = useApi({ operatorEmails: ['user-1@example.com'] });
let operator: TestUser;
let other: TestUser;
beforeAll(async () => {
  operator = await addUser(api().db);
  other = await addUser(api().db);
});

const FORBIDDEN = { error: 'HTTPException', detail: 'Only operators may do this', code: 403 };

describe('POST /reports/run', () => {
  it('starts a report for operators, and for nobody else', async () => {
    expect(operator.email).toBe('user-1@example.com');
    const started = await api().ask('POST /api/v1/reports/run', { key: operator.key });
    expect(started).toMatchObject({
      status: 202,
      json: {
        workflow_id: 'market-report-run',
        run_id: 'run-1',
        workflow_url: 'http://temporal.example/market-report-run/run-1',
      },
    });
    const refused = await api().ask('POST /api/v1/reports/run', { key: other.key });
    expect([refused.status, refused.json]).toEqual([403, FORBIDDEN]);
    const unknown = await api().ask('POST /api/v1/reports/run');
    expect([unknown.status, unknown.json]).toEqual([401, MISSING_KEY]);
    expect(api().reports.runs).toBe(1);
  });
});

describe('GET /quality', () => {
  it('tells what was wrong with the data, the newest hour first', async () => {
    const violation = {
      ...{ rule: 'spread' as const, ticker: 'BTC', source: null, severity: 'warning' as const, count: 3 },
      ...{ firstAtMs: 0, lastAtMs: 20_000, detail: 'The sources of BTC lay 3 % apart' },
    };
    const silent = { ...violation, rule: 'silent_source' as const, ticker: null, source: 'okx' as const };
    for (const [hour, found] of [
      ['2026-01-01T00:00:00.000Z', violation],
      ['2026-01-01T01:00:00.000Z', silent],
    ] as const) {
      await beginReport(api().db, 'replay', new Date(hour));
      await storeQuality(api().db, 'replay', new Date(hour), { violations: [found], score: 0.5 });
    }
    const ask = (query: string) => api().ask(`GET /api/v1/quality${query}`, { key: other.key });
    const { status, json } = await ask('');
    expect(status).toBe(200);
    expect(json.map(({ hour, ticker, source }: Record<string, unknown>) => [hour, ticker, source])).toEqual([
      ['2026-01-01T01:00:00.000Z', null, 'okx'],
      ['2026-01-01T00:00:00.000Z', 'BTC', null],
    ]);
    expect(json[1]).toEqual({
      ...{
        hour: '2026-01-01T00:00:00.000Z',
        rule: 'spread',
        ticker: 'BTC',
        source: null,
        severity: 'warning',
      },
      ...{ count: 3, first_at: '1970-01-01T00:00:00.000Z', last_at: '1970-01-01T00:00:20.000Z' },
      detail: violation.detail,
    });
    expect((await ask('?ticker=btc')).json).toHaveLength(1);
    expect((await ask('?until=2026-01-01T01:00:00Z&limit=5')).json).toHaveLength(1);
    expect((await ask('?severity=critical')).json).toEqual([]);
    expect((await ask('?severity=fatal')).status).toBe(422);
  });
});

describe('GET /alarms', () => {
  it('tells what is wrong', async () => {
    await openAlarm(api().db, { market: 'replay', told: false }, 'source:okx', 'okx is silent');
    await openAlarm(api().db, { market: 'live', told: false }, 'source:kraken', 'of another market');
    const { json } = await api().ask('GET /api/v1/alarms?status=open', { key: other.key });
    expect(json).toEqual([
      expect.objectContaining({ key: 'source:okx', detail: 'okx is silent', closed_at: null }),
    ]);
    expect((await api().ask('GET /api/v1/alarms?status=closed', { key: other.key })).json).toEqual([]);
  });
});
