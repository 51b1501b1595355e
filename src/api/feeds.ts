import type { Logger } from 'pino';
import { KEYS_CHANNEL } from '../db/api-keys';
import { type Listener, listen } from '../db/listen';
import { QUOTES_CHANNEL } from '../db/quotes';
import type { KeyCache } from './key-cache';
import type { QuoteCache } from './quote-cache';
import type { StreamHub } from './stream/hub';

interface Fed {
  keys: KeyCache;
  quotes: QuoteCache;
  stream: StreamHub;
}

/** Keeps caches and streams true to the database, over one connection that listens to its notifications. */
export function feedCaches(databaseUrl: string, { keys, quotes, stream }: Fed, log: Logger): Listener {
  return listen(
    databaseUrl,
    {
      [KEYS_CHANNEL]: (hex) => {
        keys.revoked(hex);
        stream.keyRevoked(hex);
      },
      [QUOTES_CHANNEL]: (payload) => stream.quotesPublished(quotes.published(payload)),
    },
    {
      onUp: () => {
        keys.up();
        void quotes.up().then((missed) => stream.quotesPublished(missed));
      },
      onDown: (error) => {
        keys.down();
        log.warn(
          { err: error },
          'the connection for notifications is lost; keys are looked up one by one until it is back',
        );
      },
    },
  );
}
