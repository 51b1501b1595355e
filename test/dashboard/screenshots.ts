// Pictures of the dashboard in a browser: `npm run screenshots [-- FOLDER [PAGE,PAGE]]`. Without a folder, those of docs/images;
// into a folder, all pages at three widths, light and dark, or those that are named, for whoever changes the style sheets.
import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Browser } from 'playwright-core';
import { findTemporalCli } from '../../src/dev/temporal-binary';
import type { RegisteredUser } from '../support/api-client';
import { launchBrowser } from '../support/browser';
import { eventually } from '../support/eventually';
import { openDashboard, PAGES, settled } from './pages';
import { makeAlert, ratesOf, type Stage, seedPast, startStage } from './stage';

const IMAGES = join(__dirname, '../../docs/images');
const THEMES = ['light', 'dark'] as const;
const WIDTHS = { 360: 780, 768: 1024, 1440: 900 };

interface Shot {
  page: (typeof PAGES)[number] | 'sign-in' | 'delivery' | 'draft' | 'new-alert' | 'new-alert-end' | 'snooze';
  theme: (typeof THEMES)[number];
  width: number;
  height: number;
  path: string;
  fullPage?: boolean;
}

async function main(folder: string | undefined, names: string | undefined): Promise<void> {
  const log = (line: string) => void process.stderr.write(`${line}\n`);
  const stage = await startStage(await findTemporalCli({ explicitPath: process.env.TEMPORAL_CLI_PATH, log }));
  const browser = await launchBrowser();
  try {
    await seedPast(stage);
    const user = await stage.newUser();
    const failed = await seedAlerts(stage, user);
    mkdirSync(folder ?? IMAGES, { recursive: true });
    const shots = folder ? everything(folder, names?.split(',')) : forReaders();
    for (const shot of shots) await take(browser, stage, { key: user.apiKey, failed }, shot);
  } finally {
    await browser.close();
    await stage.close();
  }
}

function everything(folder: string, names: readonly string[] | undefined): Shot[] {
  const pages = ['sign-in', ...PAGES, 'delivery', 'draft', 'new-alert', 'new-alert-end', 'snooze'] as const;
  return THEMES.flatMap((theme) =>
    Object.entries(WIDTHS).flatMap(([width, height]) =>
      pages
        .filter((page) => names?.includes(page) ?? true)
        .map((page) => ({
          ...{ page, theme, height, width: Number(width), fullPage: true },
          path: join(folder, `${page}-${theme}-${width}.png`),
        })),
    ),
  );
}

function forReaders(): Shot[] {
  const pages = ['market', 'delivery', 'alerts'] as const;
  return THEMES.flatMap((theme) =>
    pages.map((page) => ({
      ...{ page, theme, width: 1440, height: 860 },
      path: join(IMAGES, `${page}-${theme}.png`),
    })),
  );
}

/** Alerts that wait, one that is paused, one that was delivered and one whose server is out of order; its delivery's id. */
async function seedAlerts(stage: Stage, user: RegisteredUser): Promise<string> {
  const { receiver } = stage;
  receiver.answer(({ path }, response) =>
    path === '/broken' ? response.writeHead(503).end('Out of order') : response.writeHead(204).end(),
  );
  const rates = await ratesOf(user);
  const make = (ticker: string, condition: 'gt' | 'lt', factor: number, path = '/hook') => {
    const target_price = Number(((rates[ticker] ?? 0) * factor).toPrecision(4));
    const webhook_url = new URL(path, receiver.url).href;
    return makeAlert(user, { ticker, condition, target_price, webhook_url });
  };
  await make('BTC', 'gt', 0.95);
  await make('ETH', 'gt', 0.99, '/broken');
  await make('BTC', 'gt', 1.018);
  await make('BTC', 'lt', 0.977);
  await make('SOL', 'gt', 1.12);
  await make('DOGE', 'lt', 0.9);
  await make('BNB', 'gt', 1.06);
  await seedRules(receiver.url, rates, user);
  const paused = await make('BTC', 'gt', 1.03);
  await user.call('PATCH', `/api/v1/alerts/${paused}`, { paused: true });
  return eventually(async () => {
    const { body } = await user.call<{ id: string }[]>('GET', '/api/v1/deliveries?status=failed');
    if (body[0] === undefined) throw new Error('No delivery has failed yet');
    return body[0].id;
  });
}

/** Alerts that say more: one that has fired and goes on, one that is snoozed, and others that wait. */
async function seedRules(url: string, rates: Record<string, number>, user: RegisteredUser): Promise<void> {
  const near = (ticker: string, factor: number) => Number(((rates[ticker] ?? 0) * factor).toPrecision(4));
  const told = { events: ['recovered', 'expired'] };
  const base = { ...told, webhook_url: url };
  await makeAlert(user, {
    ...{ ...base, ticker: 'BTC', metric: 'change_24h', condition: 'gt', threshold: -20 },
    ...{ repeat: { every: '4h', max_firings: 10, rearm: 1 }, note: 'Take some profit' },
    labels: { desk: 'spot', book: 'momentum' },
  });
  await makeAlert(user, {
    ...{
      ...base,
      ticker: 'BTC',
      condition: 'leaves',
      range: [near('BTC', 0.97), near('BTC', 1.01)],
      for: '5m',
    },
    active_hours: {
      ...{
        from: '09:00',
        to: '17:30',
        days: ['mon', 'tue', 'wed', 'thu', 'fri'],
        time_zone: 'Europe/Berlin',
      },
    },
    expires_at: new Date(Date.now() + 40 * 86_400_000).toISOString(),
  });
  await makeAlert(user, {
    ...{ ...told, ticker: 'ETH/BTC', metric: 'ratio', condition: 'crosses_above', threshold: 0.08 },
    ...{ message: { format: 'slack' }, webhook_urls: [url, `${url}/second`] },
  });
  await makeAlert(user, {
    ...{ ...base, ticker: 'SOL', metric: 'drawdown_24h', condition: 'gt', threshold: 15 },
    snoozed_until: new Date(Date.now() + 3 * 3_600_000).toISOString(),
  });
}

/** What is drawn on a canvas is there a few frames after its figures. */
const DRAWN_AFTER_MS = 1_500;

async function take(
  browser: Browser,
  stage: Stage,
  { key, failed }: { key: string; failed: string },
  shot: Shot,
): Promise<void> {
  const { theme: colorScheme, width, height, page: name, path, fullPage } = shot;
  const context = await browser.newContext({ colorScheme, viewport: { width, height } });
  if (name === 'sign-in') {
    const page = await context.newPage();
    await page.goto(stage.url);
    await page.getByText('I am new here').waitFor();
    await page.screenshot({ path, fullPage });
  } else {
    const places: Partial<Record<typeof name, string>> = {
      ...{ delivery: `deliveries/${failed}`, draft: 'market', snooze: 'alerts' },
      ...{ 'new-alert': 'alerts', 'new-alert-end': 'alerts' },
    };
    const at = `/#/${places[name] ?? name}`;
    const { page, complaints } = await openDashboard(context, stage.url, { key, at });
    await settled(page);
    if (name === 'market' || name === 'draft') await page.locator('.alert-line').first().waitFor();
    if (name === 'draft' || name.startsWith('new-alert'))
      await page.getByRole('button', { name: 'New alert' }).click();
    if (name === 'snooze')
      await page
        .getByRole('button', { name: /^Snooze/ })
        .first()
        .click();
    if (name.startsWith('new-alert')) {
      await page.getByText('More', { exact: true }).click();
      await page.getByLabel('Look at the').selectOption('change_1h');
      await page.getByLabel('Threshold in').fill('1');
      await page.getByLabel('Again and again').check();
      await page.getByLabel('Only within hours').check();
      await page.getByText(/would (not )?have fired/).waitFor();
      const end = page.getByRole('button', { name: 'Create alert' });
      if (name === 'new-alert-end') await end.scrollIntoViewIfNeeded();
      else await page.getByRole('dialog').evaluate((dialog) => dialog.scrollTo(0, 0));
    }
    await page.waitForTimeout(DRAWN_AFTER_MS);
    await page.screenshot({ path, fullPage });
    if (complaints.length > 0) process.stderr.write(`${path}: ${complaints.join('; ')}\n`);
  }
  await context.close();
}

void main(process.argv[2], process.argv[3]);
