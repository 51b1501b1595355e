import { readFileSync } from 'node:fs';
import type { Page } from 'playwright-core';
import { apiClient } from '../support/api-client';
import { openPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { boxOf, openDashboard, PAGES, settled } from './pages';
import { useDashboard } from './use-dashboard';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

describe('the dashboard', () => {
  const dashboard = useDashboard();

  it('takes a newcomer in, shows the secrets once, and keeps the key in the session only', async () => {
    const watched = await openPage(dashboard.browser());
    const { page, complaints } = watched;
    dashboard.watch(watched);
    await page.goto(dashboard.stage.url);
    await page.getByLabel('E-mail address').fill('newcomer@example.com');
    await page.getByRole('button', { name: 'Register' }).click();
    await page.getByRole('heading', { name: 'Keep these two' }).waitFor();
    const key = await page.getByLabel('API key', { exact: true }).inputValue();
    expect(key).toMatch(/^sk_live_/);
    expect(await page.getByLabel('Webhook secret', { exact: true }).inputValue()).toMatch(/^whsec_/);
    await page.getByRole('button', { name: 'go on' }).click();
    await page.getByText('No alert waits').waitFor();

    const kept = await page.evaluate('JSON.stringify([{ ...localStorage }, document.cookie, location.href])');
    expect(kept).not.toContain(key);
    expect(await page.evaluate('Object.values(sessionStorage)')).toEqual([key]);
    await page.reload();
    await page.getByText('No alert waits').waitFor();

    await page.getByRole('button', { name: 'Sign out' }).click();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
    await page.getByLabel('API key', { exact: true }).fill('sk_live_wrong');
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('This key is not known').waitFor();
    // The browser itself says so in its console.
    expect(complaints.splice(0).join()).toContain('401');
    await page.getByLabel('API key', { exact: true }).fill(key);
    await page.getByRole('button', { name: 'Sign in' }).click();
    await page.getByText('No alert waits').waitFor();
  });

  it('says on empty pages what to do', async () => {
    const page = await dashboard.open(await dashboard.stage.newUser());
    for (const [name, text] of [
      ['alerts', 'You have no alerts yet'],
      ['deliveries', 'Nothing was sent yet'],
      ['endpoints', 'None of your hosts has failed'],
    ]) {
      await page.goto(`${dashboard.stage.url}/#/${name}`);
      await page.getByText(text as string).waitFor();
    }
  });

  it('opens the chart that a link is about, at its time', async () => {
    const at = new Date(Date.now() - 10 * 3_600_000).toISOString();
    const page = await dashboard.open(await dashboard.stage.newUser(), `/?ticker=eth&at=${at}`);
    await page.getByRole('img', { name: /^Candles of ETH/ }).waitFor();
    expect(await page.getByRole('radio', { name: '1m' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('button', { name: 'Back to now' }).waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${dashboard.stage.url}/?ticker=ETH`);
  });

  it('shows where prices come from, anomalies and alarms', async () => {
    const page = await dashboard.open(await dashboard.stage.newUser(), '/#/data');
    await page.getByRole('rowheader', { name: 'kraken' }).waitFor();
    await page.getByText('step:upload').waitFor();
    await page.getByText('No price was published in 66 ticks.').waitFor();
    await page.getByRole('button', { name: /DOGE/ }).click();
    await page.getByRole('img', { name: /^Candles of DOGE/ }).waitFor();
  });

  it('stays within what the API allows, waits where that is taken, and leaves when its key is refused', async () => {
    const { url } = await dashboard.stage.stack.startApi({ RATE_LIMITS: 'on' });
    const user = await dashboard.stage.newUser();
    const watched = await openDashboard(dashboard.browser(), url, { key: user.apiKey });
    const refused: string[] = [];
    watched.page.on('response', (response) => {
      if (response.status() === 429) refused.push(response.url());
    });
    await settled(watched.page);
    const candles = () => new Set(watched.asked.filter((asked) => asked.includes('/candles')));
    // One for the chart and one for each ticker: more than are allowed at once.
    await eventually(() => expect(candles().size).toBe(6));
    expect(refused).toEqual([]);
    expect(watched.complaints).toEqual([]);

    // Somebody else with the same key leaves nothing of it: what is refused is asked for again.
    const { page } = watched;
    const { call } = apiClient(url, user.apiKey);
    await page.goto(`${url}/#/settings`);
    const rotate = '/api/v1/webhook-secret/rotate';
    for (let taken = 0; taken < 5; taken += 1)
      expect((await call('POST', rotate, { grace_period: '0s' })).status).toBe(200);
    await page.getByRole('button', { name: 'Make a new secret' }).click();
    await page.getByLabel('New webhook secret', { exact: true }).waitFor();
    expect(refused).toContain(url + rotate);

    expect((await call('DELETE', '/api/v1/users/me')).status).toBe(204);
    await page.getByText('Your key is no longer accepted').waitFor();
    expect(await page.evaluate('sessionStorage.length')).toBe(0);
  });

  it('has nothing serious that axe finds, on any page, light or dark', async () => {
    const user = await dashboard.stage.newUser();
    dashboard.stage.receiver.answer(410);
    await dashboard.alertAt(user, 0.9);
    await dashboard.alertAt(user, 1.01);
    const delivery = await eventually(async () => {
      const { body } = await user.call<{ id: string }[]>('GET', '/api/v1/deliveries?status=failed');
      expect(body).toHaveLength(1);
      return body[0]?.id;
    });
    const page = await dashboard.open(user);
    await page.evaluate(AXE);
    const found: string[] = [];
    const check = async (what: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        found.push(...(await serious(page)).map((finding) => `${what}, ${colorScheme}: ${finding}`));
      }
    };
    for (const name of [...PAGES, `deliveries/${delivery}`]) {
      await page.goto(`${dashboard.stage.url}/#/${name}`);
      await settled(page);
      await check(name);
    }
    await page.goto(`${dashboard.stage.url}/#/market`);
    await page.getByRole('button', { name: 'New alert' }).click();
    await check('new alert');
    const form = page.getByRole('form', { name: 'New alert' });
    await form.getByText('More', { exact: true }).click();
    await form.getByLabel('Again and again').check();
    await form.getByLabel('Only within hours of the day').check();
    await form.getByLabel('When the price is').selectOption('lt');
    await form.getByText(/would have fired/).waitFor();
    expect((await boxOf(form.getByLabel('Send a webhook to'))).width).toBeGreaterThan(220);
    await check('new alert, with all there is');
    await page.getByRole('button', { name: 'Sign out' }).click();
    await check('sign-in');
    expect(found).toEqual([]);
  });
});

async function serious(page: Page): Promise<string[]> {
  const violations = (await page.evaluate('axe.run().then(({ violations }) => violations)')) as {
    id: string;
    impact: string;
    nodes: { html: string; failureSummary: string }[];
  }[];
  return violations
    .filter(({ impact }) => ['serious', 'critical'].includes(impact))
    .flatMap(({ id, nodes }) => nodes.map(({ html, failureSummary }) => `${id}: ${html} ${failureSummary}`));
}
