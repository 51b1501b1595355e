import type { Client, ClientOptions } from 'openapi-fetch';
import type { paths } from './schema.d.ts';

export type * from './schema.d.ts';

export interface PricehookOptions extends ClientOptions {
  /** Where the API is, such as `http://localhost:8000`; left out in a page that the API's own server serves. */
  baseUrl?: string;
  /** The API key, or what answers it at each request; nothing for calls that need none. */
  apiKey?: string | (() => string | undefined);
}

export type Pricehook = Client<paths>;

/**
 * A client of the Pricehook API. Each call answers `{ data, error, response }` and throws only where there was no answer;
 * `error` is the API's own, `{ error, detail, code }`.
 */
export function createClient(options?: PricehookOptions): Pricehook;
