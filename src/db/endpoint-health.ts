import { type RawBuilder, sql } from 'kysely';
import type { AttemptResult } from '../domain/delivery';

/** When an endpoint is disabled: after a run of failures that is both so many and so long, no success between them. */
export interface DisableRule {
  readonly disableFailures: number;
  readonly disableAfterMs: number;
}

/** A name server can answer to any number of hosts, each of which would be one more row. Those beyond are sent to, but not counted. */
export const MOST_ENDPOINTS = 1_000;

/**
 * The part of the statement which records an attempt (where its `finished` has a row) that counts it for its endpoint. A success
 * writes nothing where the endpoint has no row, and once a minute where it has one and does not fail.
 *
 * The endpoint's row comes last and is never waited for: thousands of failures of one host end at the same time, and each that
 * waited for the others would keep a connection from everybody. What finds the row locked is not counted, so `failures` is the
 * least that it may be, and an endpoint is disabled a little later. A success that was not counted is found nevertheless,
 * since disabling looks for one among the deliveries first.
 */
export function countOutcome(
  deliveryId: string,
  result: Pick<AttemptResult, 'errorClass' | 'error' | 'statusCode'>,
  { disableFailures, disableAfterMs }: DisableRule,
): RawBuilder<unknown> {
  const failed = sql`${result.errorClass !== null}::boolean`;
  const error = sql`${result.error}::text`;
  const statusCode = sql`${result.statusCode}::integer`;
  return sql`
    endpoint as (
      select user_id, market, webhook_host(url) as host from deliveries
      -- A test says more of the URL that is tried out than of the host.
      where id = ${deliveryId} and type <> 'webhook.test' and exists (select from finished)
    ),
    free as materialized (
      select e.id from endpoint join endpoints as e using (user_id, market, host)
      where ${failed} or e.failing_since is not null or e.last_success_at < now() - interval '1 minute'
      for no key update of e skip locked
    ),
    counted as (
      update endpoints as e
      set (failing_since, failures, disabled_at, notice_due_at) = (
          select case v.verdict when 'well' then null when 'anew' then now() else coalesce(e.failing_since, now()) end,
            case v.verdict when 'well' then 0 when 'anew' then 1 when 'as before' then e.failures else e.failures + 1 end,
            case v.verdict when 'disabled' then now() else e.disabled_at end,
            case v.verdict when 'disabled' then now() else e.notice_due_at end
          from (
            select case
              -- What its user asked for did arrive; whether all else is to go there again is the user's to say.
              when not ${failed} then case when e.disabled_at is null then 'well' else 'as before' end
              when e.disabled_at is not null or e.failures + 1 < ${disableFailures}::integer
                or coalesce(e.failing_since, now()) > now() - make_interval(secs => ${disableAfterMs / 1000}::float8)
                then 'fails'
              -- Rarely looked for, as it reads all that the user was ever sent.
              when exists (
                select from deliveries as d
                where d.user_id = e.user_id and d.market = e.market and d.status = 'delivered'
                  and d.delivered_at >= e.failing_since and webhook_host(d.url) = e.host
              ) then 'anew'
              else 'disabled' end as verdict
          ) as v
        ),
        last_failure_at = case when ${failed} then now() else e.last_failure_at end,
        last_error = case when ${failed} then ${error} else e.last_error end,
        last_status_code = case when ${failed} then ${statusCode} else e.last_status_code end,
        last_success_at = case when ${failed} then e.last_success_at else now() end
      from free where e.id = free.id
    ),
    first_failure as (
      insert into endpoints
        (user_id, market, host, failing_since, failures, last_failure_at, last_error, last_status_code)
      select user_id, market, host, now(), 1, now(), ${error}, ${statusCode}
      from endpoint as f
      where ${failed} and host is not null and not exists (
        select from endpoints as e where e.user_id = f.user_id and e.market = f.market and e.host = f.host
      ) and (
        select count(*) from endpoints as e where e.user_id = f.user_id and e.market = f.market
      ) < ${MOST_ENDPOINTS}::integer
      on conflict (user_id, market, host) do nothing
    )`;
}
