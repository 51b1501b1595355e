import { MockActivityEnvironment } from '@temporalio/testing';
import { sql } from 'kysely';
import { createNoticeActivities, type NoticeActivities } from '../../src/activities/notices';
import { closeAlarm, openAlarm } from '../../src/db/alarms';
import { finishNoticeAttempt, insertNotice, takeDueNotice } from '../../src/db/notices';
import { beginReport, endReport } from '../../src/db/reports';
import type { AttemptResult } from '../../src/domain/delivery';
import { slackMessage } from '../../src/domain/slack';
import { createWebhookSender, type WebhookSender } from '../../src/webhooks/send';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { startSlack, type TestSlack } from '../support/slack';

const ALARMS = { market: 'replay' as const, told: true };
let database: TestDatabase;
let slack: TestSlack;
let sender: WebhookSender;
beforeAll(async () => {
  slack = await startSlack();
  const policy = { allowedNetworks: ['127.0.0.0/8'], allowedPorts: [] };
  sender = createWebhookSender({ policy, tlsVerify: true });
});
afterAll(async () => {
  await sender.close();
  await slack.close();
});
beforeEach(async () => {
  database = await createTestDatabase();
  slack.fail(undefined);
  slack.messages.length = 0;
});
afterEach(() => database.drop());

function activities(slackUrl: string | undefined = slack.url): NoticeActivities {
  return createNoticeActivities({
    ...{ db: database.db, market: 'replay', slackUrl, publicUrl: undefined, sender },
    ...{ timeoutMs: 5_000, retryInitialMs: 1_000, retryMaxMs: 600_000 },
  });
}
const send = () => new MockActivityEnvironment().run(activities().sendNotices);
const attempts = () =>
  database.db.selectFrom('notice_attempts').selectAll().orderBy('started_at').orderBy('number').execute();
const notice = (event: string, message: object = slackMessage({ title: event, body: 'x' })) =>
  insertNotice(database.db, { market: 'replay', event, message: message as never, told: true });
const statuses = async () =>
  (await database.db.selectFrom('notices').select(['event', 'status']).orderBy('event').execute()).map(
    ({ event, status }) => `${event} ${status}`,
  );

describe('sendNotices', () => {
  it('sends each message once, the oldest first, and records the attempt', async () => {
    expect(await notice('a')).toBe(true);
    expect(await notice('a')).toBe(false);
    await notice('b');
    expect(await Promise.all([send(), send()])).toHaveLength(2);
    expect(slack.messages.map(({ text }) => text).sort()).toEqual(['a', 'b']);
    expect(await statuses()).toEqual(['a sent', 'b sent']);
    expect(await attempts()).toEqual([
      expect.objectContaining({ number: 1, outcome: 'delivered', status_code: 200, response_body: 'ok' }),
      expect.objectContaining({ number: 1, outcome: 'delivered', status_code: 200 }),
    ]);
  });

  it('fails where Slack does not take one, says when to try again, and waits for that', async () => {
    await notice('a');
    slack.fail(503);
    await expect(send()).rejects.toMatchObject({ type: 'SlackFailed', nextRetryDelay: 1_000 });
    // Not due yet.
    expect(await send()).toEqual({ sent: 0, failed: 0 });
    await sql`update notices set next_attempt_at = now()`.execute(database.db);
    await expect(send()).rejects.toMatchObject({ nextRetryDelay: 2_000 });
    slack.fail(undefined);
    await sql`update notices set next_attempt_at = now()`.execute(database.db);
    expect(await send()).toEqual({ sent: 1, failed: 0 });
    expect((await attempts()).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'failed'],
      [2, 'failed'],
      [3, 'delivered'],
    ]);
  });

  it('gives up what Slack can never take, and what is a day old, and goes on with the rest', async () => {
    await notice('a', { text: 'no blocks' });
    await notice('b');
    expect(await send()).toEqual({ sent: 1, failed: 1 });
    expect(await statuses()).toEqual(['a failed', 'b sent']);
    expect((await attempts())[0]).toMatchObject({
      status_code: 400,
      response_body: 'invalid_payload: blocks',
    });
    await notice('c');
    await sql`update notices set created_at = now() - interval '1 day' where event = 'c'`.execute(
      database.db,
    );
    slack.fail(503);
    expect(await send()).toEqual({ sent: 0, failed: 1 });
  });

  it('a sender so slow that another took its message over does not have it sent once more', async () => {
    await notice('a');
    const slow = await takeDueNotice(database.db, 'replay', 0);
    if (slow === undefined) throw new Error('Nothing is due');
    expect(await send()).toEqual({ sent: 1, failed: 0 });
    const lost = { statusCode: null, errorClass: 'timeout', error: 'It took too long', responseBody: null };
    const result = { ...lost, durationMs: 1 } as AttemptResult;
    await finishNoticeAttempt(database.db, slow, result, { status: 'pending', nextAttemptAt: new Date(0) });
    expect(await send()).toEqual({ sent: 0, failed: 0 });
    expect(await statuses()).toEqual(['a sent']);
    expect(slack.messages.map(({ text }) => text)).toEqual(['a']);
  });

  it('a sender that died keeps a message for as long as an attempt can last; then it is sent again', async () => {
    await notice('a');
    expect(await takeDueNotice(database.db, 'replay', 60_000)).toMatchObject({ number: 1 });
    expect(await send()).toEqual({ sent: 0, failed: 0 });
    await sql`update notices set taken_until = now() - interval '1 second'`.execute(database.db);
    expect(await send()).toEqual({ sent: 1, failed: 0 });
    expect((await attempts()).map(({ number, outcome }) => [number, outcome])).toEqual([
      [1, 'unknown'],
      [2, 'delivered'],
    ]);
  });

  it('keeps to the address guard', async () => {
    await notice('a');
    const strict = createWebhookSender({
      policy: { allowedNetworks: [], allowedPorts: [] },
      tlsVerify: true,
    });
    const { sendNotices } = createNoticeActivities({
      ...{ db: database.db, market: 'replay', slackUrl: slack.url, publicUrl: undefined, sender: strict },
      ...{ timeoutMs: 5_000, retryInitialMs: 1_000, retryMaxMs: 1_000 },
    });
    await expect(new MockActivityEnvironment().run(sendNotices)).rejects.toMatchObject({
      type: 'SlackFailed',
    });
    expect((await attempts())[0]).toMatchObject({ error_class: 'blocked' });
    await strict.close();
    expect(slack.messages).toEqual([]);
  });
});

describe('notifyHour', () => {
  const HOUR_MS = 3_600_000;
  const hourMs = Math.floor(Date.now() / HOUR_MS) * HOUR_MS - HOUR_MS;

  /** An anomaly that began so long ago. */
  async function anomaly(rule: string, agoMs: number): Promise<string> {
    const at = new Date(Date.now() - agoMs);
    const { id } = await database.db
      .insertInto('anomalies')
      .values({
        ...{
          market: 'replay',
          ticker: 'BTC',
          rule,
          window_minutes: 60,
          threshold: 5,
          started_at: at,
          ended_at: null,
        },
        ...{ value: 6, price: 100, peak: 6, peak_at: at },
      })
      .returning('id')
      .executeTakeFirstOrThrow();
    return id;
  }
  const notify = (
    started: string[],
    partial: boolean,
    url: string | null = slack.url,
    ofHourMs = hourMs,
    ended: string[] = [],
  ) => {
    const { notifyHour } = createNoticeActivities({
      ...{ db: database.db, market: 'replay', slackUrl: url ?? undefined, publicUrl: undefined, sender },
      ...{ timeoutMs: 5_000, retryInitialMs: 1_000, retryMaxMs: 1_000 },
    });
    return new MockActivityEnvironment().run(notifyHour, { hourMs: ofHourMs, partial, started, ended });
  };

  it('tells of a minute that is under way once it is over, of an old one never, and of each once', async () => {
    const now = await anomaly('change_1h', 1_000);
    const old = await anomaly('change_24h', 49 * HOUR_MS);
    expect(await notify([now, old], true)).toMatchObject({ stored: 1, sent: 0, skipped: null });
    expect(await notify([now, old], false)).toMatchObject({ stored: 1, sent: 1 });
    expect(await notify([now, old], false)).toMatchObject({ stored: 0, sent: 0 });
    expect(slack.messages.map(({ text }) => text)).toEqual(['[replay] 📈 BTC moved +6 % (1h)']);
  });

  it('stores what it would tell where there is nobody to tell', async () => {
    expect(await notify([await anomaly('change_1h', HOUR_MS)], false, null)).toEqual({
      ...{ stored: 1, summarised: 0, sent: 0, failed: 0, skipped: 'SLACK_WEBHOOK_URL is not set' },
    });
    expect((await statuses())[0]).toMatch(/ skipped$/);
  });

  describe('of minutes that were fetched after a silence', () => {
    const MINUTE_MS = 60_000;
    /** Five minutes into the hour that is told last. */
    const toMs = hourMs + 5 * MINUTE_MS;
    const agoOf = (timeMs: number) => Date.now() - timeMs;
    const silent = async (ticker: string, fromMs: number) => {
      await sql`
        insert into gaps (market, ticker, from_minute, to_minute, filled_to, next_seq, next_try_at, closed_at)
        values ('replay', ${ticker}, ${new Date(fromMs)}, ${new Date(toMs)}, ${new Date(toMs)}, 1, now(), now())`.execute(
        database.db,
      );
    };
    const reported = async (ofMs: number) => {
      await beginReport(database.db, 'replay', new Date(ofMs));
      await endReport(database.db, 'replay', new Date(ofMs), 'done', null);
    };

    it('tells one message of all, before what came after them, and then each by itself', async () => {
      await silent('BTC', hourMs - 2 * HOUR_MS);
      await silent('ETH', hourMs - 2 * HOUR_MS);
      const first = await anomaly('change_1h', agoOf(hourMs - 2 * HOUR_MS));
      const over = { ended_at: new Date(hourMs - HOUR_MS), peak: -9 };
      await database.db.updateTable('anomalies').set(over).where('id', '=', first).execute();
      const lone = hourMs - 2 * HOUR_MS;
      expect(await notify([first], false, slack.url, lone)).toMatchObject({
        stored: 1,
        summarised: 1,
        sent: 0,
      });
      // Each step may be made again.
      expect(await notify([first], false, slack.url, lone)).toMatchObject({ stored: 0, sent: 0 });
      const second = await anomaly('change_1h', agoOf(hourMs - HOUR_MS + 30 * MINUTE_MS));
      expect(await notify([second], false, slack.url, hourMs - HOUR_MS, [first])).toMatchObject({
        ...{ stored: 2, summarised: 2, sent: 0 },
      });
      expect(slack.messages).toEqual([]);

      // One run by hand, while not all of these hours are reported.
      await reported(lone);
      const third = await anomaly('change_24h', agoOf(hourMs + 4 * MINUTE_MS));
      const after = await anomaly('zscore_24h', agoOf(hourMs + 5 * MINUTE_MS));
      expect(await notify([third], true)).toMatchObject({ stored: 1, summarised: 1, sent: 0 });
      await reported(hourMs - HOUR_MS);
      expect(await notify([third, after], true)).toMatchObject({ stored: 2, summarised: 0, sent: 2 });
      expect(await notify([third, after], false)).toMatchObject({ stored: 0, sent: 0 });
      const utc = new Date(toMs).toISOString().slice(0, 16).replace('T', ' ');
      expect(slack.messages.map(({ text }) => text)).toEqual([
        `[replay] 🕓 3 anomalies before ${utc} UTC, found afterwards`,
        '[replay] 📈 BTC lies +6 standard deviations from the mean (1h)',
      ]);
      const shown = JSON.stringify(slack.messages[0]);
      expect(shown).toContain('📉 *BTC* change_1h &gt; 5: 2 times, farthest *-9 %*');

      // What is found in the silence once it was told of.
      const late = await anomaly('change_90m', agoOf(hourMs - 30 * MINUTE_MS));
      expect(await notify([late], false, slack.url, hourMs - HOUR_MS)).toMatchObject({ stored: 1, sent: 1 });
    });

    it('tells nothing where nothing was found, and what is found later by itself', async () => {
      await silent('BTC', hourMs - HOUR_MS);
      expect(await notify([], false)).toMatchObject({ stored: 0, sent: 0 });
      const late = await anomaly('change_1h', agoOf(hourMs - 30 * MINUTE_MS));
      expect(await notify([late], false, slack.url, hourMs - HOUR_MS)).toMatchObject({ stored: 1, sent: 1 });
    });

    it('takes less than an hour, and another ticker, for no silence', async () => {
      await silent('BTC', toMs - 59 * MINUTE_MS);
      await silent('ETH', toMs - 61 * MINUTE_MS);
      const fall = await anomaly('change_1h', agoOf(hourMs + MINUTE_MS));
      expect(await notify([fall], false)).toMatchObject({ stored: 1, summarised: 0, sent: 1 });
    });
  });
});

describe('alarms', () => {
  it('are told once when they open and once when they close, and again when they open anew', async () => {
    const { db } = database;
    const opened = await Promise.all(
      [1, 2, 3].map(() => openAlarm(db, ALARMS, 'source:okx', 'okx <is> silent')),
    );
    expect(opened.filter(Boolean)).toHaveLength(1);
    expect(await closeAlarm(db, ALARMS, 'source:okx')).toBe(true);
    expect(await closeAlarm(db, ALARMS, 'source:okx')).toBe(false);
    expect(await openAlarm(db, ALARMS, 'source:okx', 'again')).toBe(true);
    await send();
    expect(slack.messages.map(({ text }) => text)).toEqual([
      '[replay] 🚨 The source okx is down',
      '[replay] ✅ Over: The source okx is down',
      '[replay] 🚨 The source okx is down',
    ]);
  });

  it('are stored where nobody is to be told, and not told later', async () => {
    await openAlarm(database.db, { market: 'replay', told: false }, 'quality:hour', 'low');
    expect(await send()).toEqual({ sent: 0, failed: 0 });
    expect(await database.db.selectFrom('notices').select('status').execute()).toEqual([
      { status: 'skipped' },
    ]);
  });
});
