import type { SourceFailure, SourceReply } from '../../domain/quote';
import { merge } from './source';

/**
 * The replies of parallel requests, one a ticker, as one. A failure without a ticker is a lost request's: it gets that
 * request's ticker, unless every request was lost, which is one failure of the whole. A rate limit is the whole
 * source's in any case, with the longest wait; quotes that came through stay.
 */
export function combine(requests: { ticker: string; reply: SourceReply }[]): SourceReply {
  const answered: SourceReply[] = [];
  const lost: { ticker: string; reason: SourceFailure }[] = [];
  for (const { ticker, reply } of requests) {
    const reason = reply.failures.find((failure) => failure.ticker === undefined);
    if (reason === undefined) answered.push(reply);
    else lost.push({ ticker, reason });
  }
  const { quotes, failures } = merge(answered);
  return { quotes, failures: [...failures, ...summarise(lost, answered.length === 0)] };
}

function summarise(lost: { ticker: string; reason: SourceFailure }[], everything: boolean): SourceFailure[] {
  const limits = lost.map(({ reason }) => reason).filter((reason) => reason.kind === 'rate_limited');
  const first = limits[0] ?? lost[0]?.reason;
  if (first === undefined) return [];
  if (limits.length === 0 && !everything) return lost.map(({ ticker, reason }) => ({ ...reason, ticker }));

  const waits = limits.flatMap((limit) => limit.retryAfterMs ?? []);
  const whole = waits.length === 0 ? first : { ...first, retryAfterMs: Math.max(...waits) };
  if (everything) return [whole];
  const others = lost.filter(({ reason }) => reason.kind !== 'rate_limited');
  return [whole, ...others.map(({ ticker, reason }) => ({ ...reason, ticker }))];
}
