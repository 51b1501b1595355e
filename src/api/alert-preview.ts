import { join } from 'node:path';
import { z } from 'zod';
import { openMinutes } from '../archive/archived-minutes';
import type { PreviewFiring } from '../domain/preview';
import type { Rule } from '../domain/rule';
import { MINUTE_MS } from '../domain/statistics';
import { ArchivedSpanError, MOST_ARCHIVED_HOURS, previewAlert } from '../preview';
import { alertFields, tellingAll } from './alert-body';
import { problemsOf, ruleOf } from './alert-wish';
import type { PreviewAnswer } from './answers/alerts';
import { authenticate } from './auth';
import { readBody } from './body';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError, validationError } from './errors';
import { NOT_AN_OBJECT, time } from './fields';
import { limit } from './rate-limit';

const DAY_MS = 86_400_000;
const LONGEST_SPAN_MS = 366 * DAY_MS;
const MOST_FIRINGS = 1_000;
/** In a process: each takes up to a second of its only thread, in slices. */
const MOST_AT_ONCE = 2;

/** The body of `POST /alerts/preview`, where these tickers can be watched. */
export function previewWishSchema(tickers: readonly string[]) {
  const fields = {
    ...alertFields(tickers),
    from: time.optional().meta({ description: 'The first minute; by default a day before `to`' }),
    to: time.optional().meta({
      description:
        'The first minute that is not looked at any longer; by default now. At most 366 days after `from`',
    }),
  };
  return z
    .strictObject(fields, { error: NOT_AN_OBJECT })
    .superRefine(...tellingAll(Object.keys(fields), silentProblemsOf))
    .meta({ id: 'NewAlertPreview', required: ['ticker', 'condition'] });
}

/** Nothing is sent, so it need not say where to. */
const silentProblemsOf: typeof problemsOf = (input, wrong = new Set()) => {
  const isSilent = input.webhook_url === undefined && input.webhook_urls === undefined;
  return problemsOf(input, isSilent ? new Set([...wrong, 'webhook_url']) : wrong);
};

/** What an alert would have done. */
export function addAlertPreviewRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, config, log } = deps;
  const folder = join(config.dataDir, 'archive', config.market);
  const schema = previewWishSchema(config.tickers);
  /** Whose previews are being made. */
  const running = new Set<string>();

  const guard = [
    authenticate(deps),
    limit(deps, { route: 'POST /alerts/preview', tokens: 5, by: 'user' }),
  ] as const;
  router.post('/alerts/preview', ...guard, async (ctx) => {
    const input = await readBody(ctx, schema);
    const { ticker } = input;
    const rule = ruleOf(input, true);
    const span = spanOf(input);
    const { userId } = ctx.state;
    // One of a user's: nobody takes all the places.
    if (running.has(userId) || running.size >= MOST_AT_ONCE)
      throw httpError(503, 'Other previews are being made; ask again in a moment', { 'Retry-After': '1' });
    running.add(userId);
    try {
      const { market } = config;
      const snoozedUntilMs = input.snoozed_until?.getTime() ?? null;
      const wish = { market, ticker, rule, ...span, snoozedUntilMs, mostFirings: MOST_FIRINGS };
      const archive = openMinutes(folder, (error) =>
        log.warn({ err: error, requestId: ctx.state.requestId }, 'A preview left out an hour of the archive'),
      );
      const isWanted = () => !ctx.req.socket.destroyed;
      const { firings, isTruncated } = await refusing(previewAlert({ db, archive }, wish, isWanted));
      ctx.body = {
        firings: firings.map((firing) => firingAnswer(rule, firing)),
        ...(isTruncated && { truncated: true }),
      } satisfies PreviewAnswer;
    } finally {
      running.delete(userId);
    }
  });
}

/** @throws ApiError 422 where too much would have to be read */
async function refusing<T>(preview: Promise<T>): Promise<T> {
  try {
    return await preview;
  } catch (error) {
    if (!(error instanceof ArchivedSpanError)) throw error;
    const message = `More than ${MOST_ARCHIVED_HOURS} hours of the span are in the archive only; ask for less at a time`;
    throw validationError([{ path: 'from', message }]);
  }
}

/**
 * Whole minutes, those that begin in the span; that in which the alert expires is none of them.
 * @throws ApiError 422
 */
function spanOf({ from, to, expires_at }: Partial<Record<'from' | 'to' | 'expires_at', Date>>): {
  fromMs: number;
  toMs: number;
} {
  const toMs = to?.getTime() ?? Date.now();
  const fromMs = from?.getTime() ?? toMs - DAY_MS;
  if (fromMs >= toMs) throw validationError([{ path: 'from', message: 'Must be before `to`' }]);
  if (toMs - fromMs > LONGEST_SPAN_MS)
    throw validationError([{ path: 'from', message: 'Must be at most 366 days before `to`' }]);
  const expiresMs = Math.floor((expires_at?.getTime() ?? Infinity) / MINUTE_MS) * MINUTE_MS;
  return { fromMs: Math.ceil(fromMs / MINUTE_MS) * MINUTE_MS, toMs: Math.min(toMs, expiresMs) };
}

function firingAnswer(
  { metric }: Rule,
  { atMs, price, value, endedAtMs }: PreviewFiring,
): PreviewAnswer['firings'][0] {
  return {
    at: new Date(atMs).toISOString(),
    price,
    ...(metric !== 'price' && { value }),
    ended_at: endedAtMs === null ? null : new Date(endedAtMs).toISOString(),
  };
}
