import type { BrowserContext, Page } from 'playwright-core';
import type { RegisteredUser } from '../support/api-client';
import { useBrowser, type WatchedPage } from '../support/browser';
import { openDashboard } from './pages';
import { makeAlert, ratesOf, type Stage, seedPast, startStage } from './stage';

export interface Alert {
  id: string;
  target_price: number;
  condition: string;
  webhook_url: string;
  status: string;
}

export interface Dashboard {
  readonly stage: Stage;
  browser(): BrowserContext;
  /** Has a page that was opened otherwise looked after, too. */
  watch(page: WatchedPage): void;
  /** What the pages complained of so far; a test that makes them complain takes it away. */
  takeComplaints(): string[];
  open(user: RegisteredUser, at?: string): Promise<Page>;
  alertsOf(user: RegisteredUser): Promise<Alert[]>;
  /** An alert on BTC, some way above or below the price of now. */
  alertAt(user: RegisteredUser, factor: number): Promise<string>;
}

/**
 * A stack with a past and a browser for the tests of a suite. Whatever a test does with its pages: nothing comes from elsewhere,
 * nothing is refused, nothing fails.
 */
export function useDashboard(): Dashboard {
  // Pages have more steps than other tests.
  jest.setTimeout(180_000);
  let stage: Stage;
  let opened: WatchedPage[];

  afterEach(() => {
    for (const { asked, complaints } of opened) {
      expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([stage.url]));
      // A page that is left leaves what it was asking for.
      expect(complaints.filter((text) => !text.endsWith('net::ERR_ABORTED'))).toEqual([]);
    }
  });

  const browser = useBrowser();

  beforeAll(async () => {
    stage = await startStage();
    await seedPast(stage);
    // Before the first prices the API answers 503, which a page would complain of.
    await ratesOf(await stage.newUser());
  }, 120_000);
  afterAll(() => stage?.close());
  beforeEach(() => {
    opened = [];
    stage.receiver.reset();
  });

  return {
    get stage() {
      return stage;
    },
    browser,
    watch: (page) => void opened.push(page),
    takeComplaints: () => opened.flatMap(({ complaints }) => complaints.splice(0)),
    async open(user, at) {
      const watched = await openDashboard(browser(), stage.url, { key: user.apiKey, at });
      opened.push(watched);
      return watched.page;
    },
    alertsOf: async (user) => (await user.call<Alert[]>('GET', '/api/v1/alerts')).body,
    async alertAt(user, factor) {
      const price = (await ratesOf(user)).BTC as number;
      return makeAlert(user, {
        ...{ ticker: 'BTC', condition: 'gt', webhook_url: stage.receiver.url },
        target_price: Number((price * factor).toFixed(2)),
      });
    },
  };
}
