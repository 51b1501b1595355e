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
  rule: DisableRule,
): RawBuilder<unknown> {
  return result.errorClass === null
    ? countSuccess(deliveryId)
    : countFailure(deliveryId, result.error, result.statusCode, rule);
}

/** Apart from failures, since PostgreSQL prepares to run whatever a statement holds, and nearly all attempts succeed. */
const countSuccess = (deliveryId: string) => sql`
  endpoint as materialized (
    select d.user_id, d.market, d.url from deliveries as d
    -- A test says more of the URL that is tried out than of the host, which nobody need read where none is known.
    where d.id = ${deliveryId} and d.type <> 'webhook.test' and exists (select from finished)
      and exists (select from endpoints as e where e.user_id = d.user_id and e.market = d.market)
  ),
  free as materialized (
    select e.id from endpoint as f
    join endpoints as e on e.user_id = f.user_id and e.market = f.market and e.host = webhook_host(f.url)
    where e.failing_since is not null or e.last_success_at < now() - interval '1 minute'
    for no key update of e skip locked
  ),
  counted as (
    update endpoints as e
    -- What its user asked for did arrive; whether all else is to go to a disabled one again is the user's to say.
    set failing_since = case when e.disabled_at is not null then e.failing_since end,
      failures = case when e.disabled_at is null then 0 else e.failures end,
      last_success_at = now()
    from free where e.id = free.id
  )`;

function countFailure(
  deliveryId: string,
  error: string | null,
  statusCode: number | null,
  { disableFailures, disableAfterMs }: DisableRule,
) {
  const said = [sql`${error}::text`, sql`${statusCode}::integer`];
  return sql`
    endpoint as (
      select user_id, market, webhook_host(url) as host from deliveries
      -- A test says more of the URL that is tried out than of the host.
      where id = ${deliveryId} and type <> 'webhook.test' and exists (select from finished)
    ),
    free as materialized (
      select e.id from endpoint join endpoints as e using (user_id, market, host)
      for no key update of e skip locked
    ),
    counted as (
      update endpoints as e
      set (failing_since, failures, disabled_at, notice_due_at) = (
          select case when v.verdict = 'anew' then now() else coalesce(e.failing_since, now()) end,
            case when v.verdict = 'anew' then 1 else e.failures + 1 end,
            case when v.verdict = 'disabled' then now() else e.disabled_at end,
            case when v.verdict = 'disabled' then now() else e.notice_due_at end
          from (
            select case
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
        last_failure_at = now(),
        (last_error, last_status_code) = (${sql.join(said)})
      from free where e.id = free.id
    ),
    first_failure as (
      insert into endpoints
        (user_id, market, host, failing_since, failures, last_failure_at, last_error, last_status_code)
      select user_id, market, host, now(), 1, now(), ${sql.join(said)}
      from endpoint as f
      where host is not null and not exists (
        select from endpoints as e where e.user_id = f.user_id and e.market = f.market and e.host = f.host
      ) and (
        select count(*) from endpoints as e where e.user_id = f.user_id and e.market = f.market
      ) < ${MOST_ENDPOINTS}::integer
      on conflict (user_id, market, host) do nothing
    )`;
}
