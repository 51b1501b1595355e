import { signal } from '@preact/signals';
import { settings } from './settings';

export const PAGES = ['market', 'alerts', 'deliveries', 'endpoints', 'data', 'settings'] as const;
export type Page = (typeof PAGES)[number];

export interface Route {
  page: Page;
  /** What is shown on it, such as a delivery's id. */
  id: string | undefined;
}

/** Where somebody is: `#/deliveries/msg_…`. */
export const route = signal(readRoute());

function readRoute(): Route {
  const [, first, id] = location.hash.split('/');
  return { page: PAGES.find((page) => page === first) ?? 'market', id: id || undefined };
}

addEventListener('hashchange', () => {
  route.value = readRoute();
});

export const linkTo = (page: Page, id?: string) => (id === undefined ? `#/${page}` : `#/${page}/${id}`);

export function go(page: Page, id?: string): void {
  location.hash = linkTo(page, id);
}

export interface Place {
  ticker: string;
  /** The time that the chart is about; now, where none is named. */
  at: Date | undefined;
}

/** What the chart shows, named by `?ticker=&at=`, as messages to operators link to it. */
export const place = signal(readPlace());

function readPlace(): Place {
  const query = new URLSearchParams(location.search);
  const ticker = query.get('ticker')?.toUpperCase();
  const at = new Date(query.get('at') ?? '');
  return {
    ticker: settings.tickers.find((name) => name === ticker) ?? (settings.tickers[0] as string),
    at: Number.isNaN(at.getTime()) ? undefined : at,
  };
}

addEventListener('popstate', () => {
  place.value = readPlace();
});

/** Shows another ticker, or time, and notes it in the address. */
export function showChart(ticker: string, at?: Date): void {
  const query = new URLSearchParams({ ticker, ...(at && { at: at.toISOString() }) });
  history.replaceState(null, '', `/?${query}${location.hash}`);
  place.value = { ticker, at };
}
