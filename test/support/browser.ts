import { type Browser, type BrowserContext, chromium, type Page } from 'playwright-core';
import { findChromium } from './chromium';

/** Whatever a page or the browser itself wants of other machines does not get there. */
const LOOPBACK_ONLY = '--host-resolver-rules=MAP * ~NOTFOUND, EXCLUDE localhost, EXCLUDE 127.0.0.1';

/**
 * Starts a headless Chromium that reaches nothing but loopback. Whoever starts it closes it.
 * @throws PlainError that says how to get one where there is none
 */
export async function launchBrowser(): Promise<Browser> {
  const { executablePath, env } = await findChromium();
  return chromium.launch({
    executablePath,
    args: [LOOPBACK_ONLY],
    env: { ...(process.env as Record<string, string>), ...env },
  });
}

/** One browser for all tests of a file, and a new context, so nothing remembered, for each test. */
export function useBrowser(): () => BrowserContext {
  let browser: Browser | undefined;
  let context: BrowserContext | undefined;
  beforeAll(async () => {
    browser = await launchBrowser();
  }, 300_000);
  beforeEach(async () => {
    context = await browser?.newContext();
  });
  afterEach(() => context?.close());
  afterAll(() => browser?.close());
  return () => context as BrowserContext;
}

/** What went on in a page since it was opened. */
export interface WatchedPage {
  page: Page;
  /** The address of everything that it asked for. */
  asked: string[];
  /** What its console and its scripts complained of: refusals by the content security policy are among it. */
  complaints: string[];
}

/** Opens an empty page and keeps what it asks for and complains of. */
export async function openPage(context: BrowserContext): Promise<WatchedPage> {
  const page = await context.newPage();
  const asked: string[] = [];
  const complaints: string[] = [];
  page.on('request', (request) => asked.push(request.url()));
  page.on('requestfailed', (request) => complaints.push(`${request.url()} ${request.failure()?.errorText}`));
  page.on('pageerror', (error) => complaints.push(String(error)));
  page.on('console', (message) => {
    if (['error', 'warning'].includes(message.type())) complaints.push(message.text());
  });
  return { page, asked, complaints };
}
