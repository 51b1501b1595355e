import type { Logger } from 'pino';
import { KEYS_CHANNEL } from '../db/api-keys';
import { type Listener, listen } from '../db/listen';
import { QUOTES_CHANNEL } from '../db/quotes';
import type { KeyCache } from './key-cache';
import type { QuoteCache } from './quote-cache';

/** Keeps the caches true to the database, over one connection that listens to its notifications. */
export function feedCaches(databaseUrl: string, keys: KeyCache, quotes: QuoteCache, log: Logger): Listener {
  return listen(
    databaseUrl,
    {
      [KEYS_CHANNEL]: (hex) => keys.revoked(hex),
      [QUOTES_CHANNEL]: (payload) => quotes.published(payload),
    },
    {
      onUp: () => {
        keys.up();
        void quotes.up();
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
