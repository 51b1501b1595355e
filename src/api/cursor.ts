import type { ListPlace } from '../db/list-place';

/** Sixteen digits of microseconds last until the year 2286. */
const FORM = /^(\d{1,16})_(.*)$/;

/** Where a page ends, for the caller to hand back and not to read. */
export function encodeCursor({ createdUs, id }: ListPlace): string {
  return Buffer.from(`${createdUs}_${id}`).toString('base64url');
}

/**
 * The place that a cursor stands for; undefined for what `encodeCursor` never wrote.
 * @param isId what the ids of that list look like
 */
export function decodeCursor(cursor: string, isId: (id: string) => boolean): ListPlace | undefined {
  const [, createdUs, id] = FORM.exec(Buffer.from(cursor, 'base64url').toString()) ?? [];
  if (createdUs === undefined || id === undefined || !isId(id)) return undefined;
  return encodeCursor({ createdUs, id }) === cursor ? { createdUs, id } : undefined;
}
