import type { EventPlace } from '../../db/stream-events';

/**
 * Small enough for PostgreSQL's bigint; the first part is only compared until it is known to be a transaction's, and has no zero
 * in front, which would make it octal there.
 */
const FORM = /^(0|[1-9]\d{0,19})-(\d{1,18})$/;

/** The id that clients know an event by, and hand back to go on behind it. */
export function idOf({ xid, seq }: EventPlace): string {
  return `${xid}-${seq}`;
}

/** The place that an id stands for; undefined for what `idOf` never wrote. */
export function placeOf(id: string): EventPlace | undefined {
  const [, xid, seq] = FORM.exec(id) ?? [];
  return xid === undefined || seq === undefined ? undefined : { xid, seq };
}

/** Whether `a` comes later than `b`. */
export function isAfter(a: EventPlace, b: EventPlace): boolean {
  const [left, right] = [BigInt(a.xid), BigInt(b.xid)];
  return left === right ? BigInt(a.seq) > BigInt(b.seq) : left > right;
}

/** The later of two places. */
export function later(a: EventPlace, b: EventPlace): EventPlace {
  return isAfter(a, b) ? a : b;
}
