import { ApplicationFailure, log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { type AnomalyRow, anomaliesOver, findAnomalies } from '../db/anomalies';
import { type Silence, silencesIn } from '../db/gaps';
import { finishNoticeAttempt, insertNotice, isNoticed, pendingEvents, takeDueNotice } from '../db/notices';
import { listViolations } from '../db/quality';
import { areReported } from '../db/reports';
import type { Database } from '../db/schema';
import type { AttemptResult } from '../domain/delivery';
import { type AnomalyNotice, anomalyMessage, pastMessage, qualityMessage } from '../domain/notice';
import type { Market } from '../domain/quote';
import { HOUR_MS } from '../domain/statistics-hour';
import { notices as noticeCounter } from '../metrics/metrics';
import { withoutSecretsOf } from '../webhooks/mask';
import type { WebhookSender } from '../webhooks/send';

export interface NotifyInput {
  hourMs: number;
  /** Whether the hour is under way: then only minutes that are over are told of. */
  partial: boolean;
  /** Ids of the anomalies that began, and of those that ended. */
  started: string[];
  ended: string[];
}

export interface SentNotices {
  sent: number;
  /** Messages that Slack can never take, or that are too old by now. */
  failed: number;
}

export interface NotifyResult extends SentNotices {
  /** Stored now; those of an hour that is reported again were stored before. */
  stored: number;
  /** How many of the stored are told together, in one message. */
  summarised: number;
  /** Why nobody was told; null where somebody was. */
  skipped: string | null;
}

export interface NoticeActivities {
  /** Stores the messages that an hour owes, one an event, and sends them. */
  notifyHour(input: NotifyInput): Promise<NotifyResult>;
  /** Sends what is to be sent; fails, to be tried again, where Slack does not take it now. */
  sendNotices(): Promise<SentNotices>;
}

export interface NoticeDeps {
  db: Kysely<Database>;
  market: Market;
  /** Undefined: nobody is told. */
  slackUrl: string | undefined;
  publicUrl: string | undefined;
  sender: WebhookSender;
  timeoutMs: number;
  /** The pause after a message's first attempt; it doubles up to the maximum. */
  retryInitialMs: number;
  retryMaxMs: number;
}

interface StoredEvent {
  event: string;
  isNew: boolean;
  isSummarised: boolean;
}

/** What happened longer ago is no news: it is stored, and nobody is told. */
const NEWS_MS = 48 * HOUR_MS;
/** The data of an hour that ended longer ago than this is told by its rows only. */
const QUALITY_NEWS_MS = 3 * HOUR_MS;
/** A message that could not be sent for so long is given up. */
const GIVE_UP_MS = 24 * HOUR_MS;
/** A minute's price is only sure once the minute is over and its last tick published. */
const SETTLED_MS = 75_000;
const LEASE_BEYOND_TIMEOUT_MS = 10_000;

/** Telling operators, over Slack, by the same code that sends users' webhooks. */
export function createNoticeActivities(deps: NoticeDeps): NoticeActivities {
  const { db, market, slackUrl } = deps;
  return {
    async notifyHour(input) {
      const events = [...(await tellAnomalies(input)), ...(await tellQuality(input.hourMs))];
      const added = events.filter(({ isNew }) => isNew);
      const counts = {
        stored: added.length,
        summarised: added.filter(({ isSummarised }) => isSummarised).length,
      };
      if (slackUrl === undefined)
        return { ...counts, sent: 0, failed: 0, skipped: 'SLACK_WEBHOOK_URL is not set' };
      const result = await send();
      const own = events.map(({ event }) => event);
      if ((await pendingEvents(db, market, own)).length > 0) {
        // Somebody else has them, or they wait for their next attempt.
        throw ApplicationFailure.retryable('Messages of this hour are not sent yet', 'NoticesPending');
      }
      return { ...counts, ...result, skipped: null };
    },
    sendNotices: send,
  };

  /** In the order in which it happened; of minutes that were fetched after a long silence in one message, which comes first. */
  async function tellAnomalies({ hourMs, started, ended, partial }: NotifyInput) {
    const settledMs = partial ? Date.now() - SETTLED_MS : Number.POSITIVE_INFINITY;
    const happened = [
      ...(await findAnomalies(db, started)).map((row) => ({
        kind: 'started' as const,
        row,
        at: row.started_at,
      })),
      ...(await findAnomalies(db, ended)).map((row) => ({ kind: 'ended' as const, row, at: row.ended_at })),
    ].filter((one): one is typeof one & { at: Date } => one.at !== null && one.at.getTime() <= settledMs);
    // In one minute a fall begins with the end of a rise.
    happened.sort(
      (a, b) => a.at.getTime() - b.at.getTime() || (a.kind < b.kind ? -1 : a.kind > b.kind ? 1 : 0),
    );
    const silences = await untoldSilences(new Date(hourMs));
    const isIn = ({ tickers, from, to }: Silence, ticker: string, at: Date) =>
      tickers.includes(ticker) && at >= from && at < to;
    const store = async (some: typeof happened, isSummarised: boolean) => {
      const events: StoredEvent[] = [];
      for (const { kind, row, at } of some) {
        // Not by its id: an anomaly that is found anew is the same, as is one whose beginning late candles have moved.
        const first = (row.first_started_at ?? row.started_at).toISOString();
        const event = `anomaly:${row.ticker}:${row.rule}:${first}:${kind}`;
        const told = slackUrl !== undefined && Date.now() - at.getTime() < NEWS_MS;
        const message = anomalyMessage({ ...noticeOf(market, row), kind }, deps.publicUrl);
        const isNew = await insertNotice(db, { market, event, message, told, isSummarised });
        events.push({ event, isNew, isSummarised });
      }
      return events;
    };
    const ofPast = happened.filter(({ row, at }) =>
      silences.some((silence) => isIn(silence, row.ticker, at)),
    );
    const past = await store(ofPast, true);
    for (const silence of silences) past.push(...(await tellPast(silence, hourMs, partial)));
    return [
      ...past,
      ...(await store(
        happened.filter((one) => !ofPast.includes(one)),
        false,
      )),
    ];
  }

  /** The silences that reach into an hour, but for those that somebody was told of: what is found in them later is told by itself. */
  async function untoldSilences(hour: Date): Promise<Silence[]> {
    const silences: Silence[] = [];
    for (const silence of await silencesIn(db, market, hour))
      if (!(await isNoticed(db, market, pastEvent(silence)))) silences.push(silence);
    return silences;
  }

  /** Once the hour is reported in which a silence ended, and all hours of it were. */
  async function tellPast(silence: Silence, hourMs: number, partial: boolean): Promise<StoredEvent[]> {
    const to = startOfHour(silence.to);
    if (to.getTime() !== hourMs) return [];
    // By hand, the hour under way is covered though more hours are owed than one run takes.
    if (partial && !(await areReported(db, market, { from: startOfHour(silence.from), to }))) return [];
    const span = { market, tickers: silence.tickers, to: silence.to };
    const from = new Date(Math.max(silence.from.getTime(), Date.now() - NEWS_MS));
    const rows = from < silence.to ? await anomaliesOver(db, { ...span, from }) : [];
    const event = pastEvent(silence);
    const anomalies = rows.map((row) => noticeOf(market, row));
    const message = pastMessage(market, { from, to: silence.to }, anomalies);
    // Of nothing nobody is told, but it is noted: what is found later is told by itself.
    const isSummarised = rows.length === 0;
    const told = slackUrl !== undefined;
    const isNew = await insertNotice(db, { market, event, message, told, isSummarised });
    return isSummarised ? [] : [{ event, isNew, isSummarised }];
  }

  async function tellQuality(hourMs: number) {
    const hour = new Date(hourMs);
    const span = { from: hour, to: new Date(hourMs + HOUR_MS), limit: 50 };
    const critical = await listViolations(db, market, { ...span, severity: 'critical' });
    // An hour that is under way is judged when it is over.
    if (critical.length === 0 || hourMs + HOUR_MS > Date.now()) return [];
    const event = `quality:${hour.toISOString()}`;
    const told = slackUrl !== undefined && Date.now() - hourMs - HOUR_MS < QUALITY_NEWS_MS;
    const message = qualityMessage(market, hour, critical);
    return [{ event, isNew: await insertNotice(db, { market, event, message, told }), isSummarised: false }];
  }

  async function send(): Promise<SentNotices> {
    const result = { sent: 0, failed: 0 };
    if (slackUrl === undefined) return result;
    for (;;) {
      const notice = await takeDueNotice(db, market, deps.timeoutMs + LEASE_BEYOND_TIMEOUT_MS);
      if (notice === undefined) return result;
      const body = Buffer.from(JSON.stringify(notice.message));
      const request = { url: slackUrl, headers: {}, body, timeoutMs: deps.timeoutMs };
      const attempt = withoutSecretsOf(slackUrl, await deps.sender.send(request));
      const delayMs = pause(notice.number, attempt.retryAfterMs);
      const isOld = Date.now() + delayMs - notice.created_at.getTime() > GIVE_UP_MS;
      const status = statusAfter(attempt, isOld);
      const next =
        status === 'pending' ? { status, nextAttemptAt: new Date(Date.now() + delayMs) } : { status };
      await finishNoticeAttempt(db, notice, attempt, next);
      noticeCounter.inc({ outcome: status });
      if (status === 'sent') result.sent += 1;
      if (status === 'failed') {
        result.failed += 1;
        log.error(`A message to Slack was given up: ${attempt.error}`);
      }
      if (status === 'pending')
        throw ApplicationFailure.create({
          message: `Slack did not take a message: ${attempt.error}`,
          type: 'SlackFailed',
          nextRetryDelay: delayMs,
        });
    }
  }

  function pause(number: number, retryAfterMs: number | null): number {
    const step = deps.retryInitialMs * 2 ** Math.min(number - 1, 30);
    return Math.min(Math.max(step, retryAfterMs ?? 0), Math.max(deps.retryMaxMs, deps.retryInitialMs));
  }
}

/** Gaps of some tickers that end in the same hour are one silence. */
const pastEvent = ({ to }: Silence) => `past:${startOfHour(to).toISOString()}`;
const startOfHour = (time: Date) => new Date(Math.floor(time.getTime() / HOUR_MS) * HOUR_MS);

/** Slack answers 400 to a message that it can never take (docs.slack.dev, "Handling errors"). */
function statusAfter(
  { errorClass, statusCode }: AttemptResult,
  isOld: boolean,
): 'sent' | 'failed' | 'pending' {
  if (errorClass === null) return 'sent';
  return statusCode === 400 || isOld ? 'failed' : 'pending';
}

function noticeOf(market: Market, row: AnomalyRow): Omit<AnomalyNotice, 'kind'> {
  return {
    ...{ market, ticker: row.ticker, rule: row.rule, windowMinutes: row.window_minutes },
    ...{ threshold: row.threshold, startedAt: row.started_at, endedAt: row.ended_at },
    ...{ value: row.value, price: row.price, peak: row.peak },
  };
}
