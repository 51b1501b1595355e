import { z } from 'zod';
import { httpError } from '../errors';
import { ticker } from '../fields';
import { parse } from '../parse';
import { lastEventId } from '../schemas';

const TYPES = 'Must be auth, subscribe, unsubscribe, resume or ping';
const MOST_AT_ONCE = 100;

/** What a client may say, where these tickers can be watched. */
export function clientMessageSchema(tickers: readonly string[]) {
  const some = z
    .array(ticker(tickers), { error: 'Must be a list of tickers' })
    .min(1, { error: 'Must name a ticker' })
    .max(MOST_AT_ONCE, { error: `Must name ${MOST_AT_ONCE} tickers at most` });
  return z.discriminatedUnion(
    'type',
    [
      z.strictObject({
        type: z.literal('auth'),
        key: z.string({ error: 'Must be your API key' }),
        last_event_id: lastEventId.optional(),
      }),
      z.strictObject({ type: z.literal('subscribe'), tickers: some }),
      z.strictObject({ type: z.literal('unsubscribe'), tickers: some }),
      z.strictObject({ type: z.literal('resume'), last_event_id: lastEventId }),
      z.strictObject({ type: z.literal('ping') }),
    ],
    { error: TYPES },
  );
}

export type ClientMessage = z.output<ReturnType<typeof clientMessageSchema>>;

/**
 * What a client said.
 * @throws ApiError 400 (not JSON) or 422 (not what the schema wants)
 */
export function readClientMessage(
  schema: ReturnType<typeof clientMessageSchema>,
  data: Buffer,
  isBinary: boolean,
): ClientMessage {
  if (isBinary) throw httpError(400, 'The message is binary; send JSON as text');
  let sent: unknown;
  try {
    sent = JSON.parse(data.toString());
  } catch {
    throw httpError(400, 'The message is not valid JSON');
  }
  return parse(schema, sent, 'Unknown field');
}
