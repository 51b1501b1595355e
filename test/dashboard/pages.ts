import type { BrowserContext, Locator, Page } from 'playwright-core';
import { openPage, type WatchedPage } from '../support/browser';
import { eventually } from '../support/eventually';

export const PAGES = ['market', 'alerts', 'deliveries', 'endpoints', 'data', 'settings'] as const;

/** Machines are busy. */
const PATIENCE_MS = 60_000;

/** Opens a page of the dashboard, signed in with a key as the sign-in leaves it. */
export async function openDashboard(
  context: BrowserContext,
  url: string,
  { key, at = '/#/market' }: { key: string; at?: string },
): Promise<WatchedPage> {
  await context.addInitScript({ content: `sessionStorage.setItem('pricehook.key', ${JSON.stringify(key)})` });
  context.setDefaultTimeout(PATIENCE_MS);
  const watched = await openPage(context);
  await watched.page.goto(url + at);
  await watched.page.getByRole('navigation').waitFor();
  return watched;
}

/** Waits until nothing on the page is still coming. */
export async function settled(page: Page): Promise<void> {
  const coming = page.locator('.loading, .plot[aria-busy="true"]');
  await eventually(async () => {
    const left = await coming.count();
    if (left > 0) throw new Error(`${left} parts of the page are still coming`);
  });
}

/** Where it is on the page. */
export async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('It is not on the page');
  return box;
}

/** Presses the tabulator until this has the focus. */
export async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await wanted.evaluate((element) => element.ownerDocument.activeElement === element)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('The keyboard does not get there');
}
