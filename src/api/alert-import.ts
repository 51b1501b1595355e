import { type ImportFault, importAlerts } from '../db/alert-import';
import { findAnswer } from '../db/idempotency';
import { wholeRuleText } from '../domain/rule-text';
import { type ImportedInput, importedAlertSchema } from './alert-body';
import { readAlertCsv } from './alert-csv';
import { conflictText, refusalError } from './alert-errors';
import { newAlertOf, timeFaults } from './alert-making';
import { type AlertWish, ruleWishOf, wishOf } from './alert-wish';
import { originOf, urlFaults, urlsOf } from './allowed-urls';
import type { ImportedAnswer, ImportPlanAnswer } from './answers/alerts';
import { authenticate } from './auth';
import { jsonOf, readText } from './body';
import type { ApiContext, ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { type FieldError, validationError } from './errors';
import { answerAgain, idempotencyKey, requestHash } from './idempotency';
import { faultsOf, readQuery } from './parse';
import { limit } from './rate-limit';
import { importQuerySchema } from './schemas';

/** How many alerts an import holds at most. */
export const MOST_ALERTS = 1_000;
const MAX_BYTES = 2 * 1024 * 1024;
const MOST_HOSTS = 100;
const MOST_ERRORS = 100;
const TYPES = ['application/json', 'text/csv'] as const;

/** An alert, and where it stands: at an index of the list, or in a line of the CSV. */
interface Sent {
  at: string;
  body: unknown;
}

interface Wanted {
  at: string;
  input: ImportedInput;
  wish: AlertWish;
}

/** Making many alerts at once, all or none. */
export function addAlertImportRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, workflows } = deps;
  const { market, maxAlertsPerUser: maxActive, tickers } = deps.config;
  const schema = importedAlertSchema(tickers);
  const guard = [
    authenticate(deps),
    limit(deps, { route: 'POST /alerts/import', tokens: 2, by: 'user' }),
  ] as const;

  router.post('/alerts/import', ...guard, async (ctx) => {
    const { dry_run: isDryRun } = readQuery(ctx, importQuerySchema);
    const key = isDryRun ? undefined : idempotencyKey(ctx);
    const wanted = readAll(await readSent(ctx), schema);
    const { userId } = ctx.state;
    const request = { market, alerts: wanted.map(({ input }) => input) };
    const once = key === undefined ? undefined : { userId, key, requestHash: requestHash('import', request) };
    const before = once && (await findAnswer(db, once));
    if (before !== undefined) return answerAgain(ctx, before);
    refuseAny([...wanted.flatMap(lateFaults), ...repeated(wanted), ...(await guardFaults(deps, wanted))]);
    const alerts = wanted.map(({ wish, input }) => ({
      ...newAlertOf(deps, userId, wish),
      paused: input.paused ?? false,
    }));
    const made = await importAlerts(db, { userId, market, maxActive }, alerts, {
      ...{ once, isDryRun },
      answerOf: (ids) => JSON.stringify(answerOf(ids)),
    });
    if ('replayed' in made) return answerAgain(ctx, made);
    if ('refusal' in made) throw refusalError(made.refusal, maxActive);
    if ('faults' in made) throw refused(made.faults);
    if (isDryRun) {
      ctx.body = planOf(wanted);
      return;
    }
    for (const id of made.ids) workflows.start(id, ctx.state.requestId);
    ctx.status = 201;
    ctx.body = answerOf(made.ids);

    function refused(faults: readonly ImportFault[]) {
      return validationError(
        faults.map(({ index, refusal }) => ({
          path: (wanted[index] as Wanted).at,
          message:
            refusal === 'full of paused'
              ? conflictText('full', maxActive, 'paused')
              : conflictText(refusal, maxActive),
        })),
        MOST_ERRORS,
      );
    }
  });
}

const answerOf = (ids: string[]): ImportedAnswer => ({ created: ids.length, alerts: ids });

const planOf = (wanted: readonly Wanted[]): ImportPlanAnswer => ({
  created: 0,
  would_create: wanted.length,
  alerts: wanted.map(({ at, input }) => ({
    path: at,
    waits_for: wholeRuleText(input.ticker, ruleWishOf(input).rule),
    paused: input.paused ?? false,
  })),
});

async function readSent(ctx: ApiContext): Promise<Sent[]> {
  const { type, text } = await readText(ctx, { types: TYPES, maxBytes: MAX_BYTES });
  if (type === 'text/csv') {
    const { alerts, faults } = readAlertCsv(text);
    refuseAny(faults);
    return alerts.map(({ line, body }) => ({ at: String(line), body }));
  }
  const list = jsonOf(text);
  if (!Array.isArray(list)) throw validationError([{ path: '', message: 'Must be a list of alerts' }]);
  return list.map((body, index) => ({ at: String(index), body }));
}

function readAll(sent: readonly Sent[], schema: ReturnType<typeof importedAlertSchema>): Wanted[] {
  if (sent.length === 0) throw validationError([{ path: '', message: 'Holds no alert' }]);
  if (sent.length > MOST_ALERTS)
    throw validationError([{ path: '', message: `Holds ${sent.length} alerts; allowed: ${MOST_ALERTS}` }]);
  const faults: FieldError[] = [];
  const wanted = sent.flatMap(({ at, body }) => {
    const { data: input, error } = schema.safeParse(body);
    if (input !== undefined) return [{ at, input, wish: wishOf(input) }];
    for (const fault of faultsOf(error, 'Unknown field')) faults.push(below(at, fault));
    return [];
  });
  refuseAny(faults);
  return wanted;
}

const below = (at: string, { path, message }: FieldError): FieldError => ({
  path: path === '' ? at : `${at}.${path}`,
  message,
});

function refuseAny(faults: readonly FieldError[]): void {
  if (faults.length > 0) throw validationError(faults, MOST_ERRORS);
}

const lateFaults = ({ at, wish }: Wanted) => timeFaults(wish).map((fault) => below(at, fault));

/** Alerts that are identical to an earlier one. */
function repeated(wanted: readonly Wanted[]): FieldError[] {
  const first = new Map<string, string>();
  return wanted.flatMap(({ at, input, wish: { ticker, ruleKey, condition, targetPrice } }) => {
    // Paused ones may be.
    if (input.paused) return [];
    const what = JSON.stringify([ticker, ruleKey, ...(ruleKey === null ? [condition, targetPrice] : [])]);
    const before = first.get(what);
    if (before !== undefined) return [{ path: at, message: `Is identical to the alert at ${before}` }];
    first.set(what, at);
    return [];
  });
}

async function guardFaults({ checkUrl }: ApiDeps, wanted: readonly Wanted[]): Promise<FieldError[]> {
  const urls = wanted.flatMap(({ at, input }) =>
    urlsOf(input).map(({ path, url }) => ({ path: `${at}.${path}`, url })),
  );
  const origins = new Set(urls.map(({ url }) => originOf(url)));
  if (origins.size > MOST_HOSTS)
    return [{ path: '', message: `Holds URLs of ${origins.size} hosts; allowed: ${MOST_HOSTS}` }];
  return urlFaults(checkUrl, urls);
}
