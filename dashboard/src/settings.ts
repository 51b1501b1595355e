import type { Health } from './api/types';

/** What the server tells of itself in the page, beside what its API answers. */
export interface ServerSettings {
  tickers: string[];
  /** How long a price is good. */
  quoteTtlMs: number;
  ingestIntervalMs: number;
  market: Health['market'];
  /** Whether `GET /api/v1/stream` is there. */
  hasStream: boolean;
}

const told = document.querySelector<HTMLMetaElement>('meta[name="pricehook-settings"]')?.content;
if (told === undefined) throw new Error('The page was not served by Pricehook');

export const settings: Readonly<ServerSettings> = JSON.parse(told);
