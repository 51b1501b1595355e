import { eventually } from '../support/eventually';
import { boxOf, settled, tabTo } from './pages';
import { ratesOf } from './stage';
import { type Alert, useDashboard } from './use-dashboard';

describe('alerts in the dashboard', () => {
  const dashboard = useDashboard();

  it('makes an alert by a click on the chart, and says what it would have done', async () => {
    const user = await dashboard.stage.newUser();
    const page = await dashboard.open(user);
    await settled(page);
    const { x, y, width, height } = await boxOf(page.locator('.plot'));
    const form = page.getByRole('form', { name: 'New alert' });
    await eventually(async () => {
      await page.mouse.click(x + width / 3, y + height / 4);
      await form.waitFor({ timeout: 1_000 });
    });
    const price = Number(await form.getByLabel('Price in US dollars').inputValue());
    const rates = await ratesOf(user);
    expect(price / (rates.BTC as number)).toBeGreaterThan(1);
    expect(await form.getByLabel('When the price is').inputValue()).toBe('gt');

    const { body } = await user.call<{ firings: { at: string }[] }>('POST', '/api/v1/alerts/preview', {
      ...{ ticker: 'BTC', condition: 'gt', target_price: price },
    });
    const text = body.firings.length === 0 ? 'would not have fired' : 'would have fired at';
    await form.getByText(text).waitFor();

    await form.getByLabel('Send a webhook to').fill('not a url at all');
    await form.getByLabel('Send a webhook to').fill(dashboard.stage.receiver.url);
    await form.getByRole('button', { name: 'Create alert' }).click();
    await page.getByText('The alert waits').waitFor();
    expect(await dashboard.alertsOf(user)).toMatchObject([
      { target_price: price, condition: 'gt', webhook_url: dashboard.stage.receiver.url, status: 'active' },
    ]);
  });

  it('changes an alert by dragging its line, and by the keyboard', async () => {
    const user = await dashboard.stage.newUser();
    const id = await dashboard.alertAt(user, 1.01);
    const page = await dashboard.open(user);
    const line = page.getByRole('slider', { name: 'Alert above' });
    await line.waitFor();
    const targetOf = async () => (await user.call<Alert>('GET', `/api/v1/alerts/${id}`)).body.target_price;
    const before = await targetOf();

    const { x, y, width, height } = await boxOf(line);
    await page.mouse.move(x + width / 2, y + height / 2);
    await page.mouse.down();
    await page.mouse.move(x + width / 2, y + height / 2 - 40, { steps: 4 });
    const shown = Number(await line.getAttribute('aria-valuenow'));
    expect(shown).toBeGreaterThan(before);
    await page.mouse.up();
    await eventually(async () => expect(await targetOf()).toBe(shown));
    await page.getByText('The alert was changed').first().waitFor();

    await line.focus();
    await page.keyboard.press('ArrowDown');
    await page.keyboard.press('Escape');
    expect(Number(await line.getAttribute('aria-valuenow'))).toBe(shown);
    await page.keyboard.press('ArrowDown');
    const lower = Number(await line.getAttribute('aria-valuenow'));
    await page.keyboard.press('Enter');
    await eventually(async () => expect(await targetOf()).toBe(lower));
    expect(lower).toBeLessThan(shown);
  });

  it('shows prices and a firing as they come, without a reload', async () => {
    const user = await dashboard.stage.newUser();
    const id = await dashboard.alertAt(user, 1.4);
    const page = await dashboard.open(user);
    const price = page.locator('.ticker .price').first();
    const first = await eventually(async () => {
      const text = await price.textContent();
      expect(text).toMatch(/^[\d,.]+$/);
      return text;
    });
    await page.getByRole('button', { name: /BTC above/ }).waitFor();
    await eventually(async () => expect(await price.textContent()).not.toBe(first));
    await user.call('PATCH', `/api/v1/alerts/${id}`, { target_price: 100 });
    await page.getByText(/BTC is above 100.*the alert fired/).waitFor();
    await page.locator('.lately').getByText('delivered', { exact: true }).waitFor();
    await dashboard.stage.receiver.waitFor(1);
  });

  it('shows more than a thousand alerts page by page', async () => {
    const user = await dashboard.stage.newUser();
    const rows = Array.from({ length: 1_001 }, (_, i) => ({
      ...{ user_id: user.id, market: 'replay' as const, ticker: 'BTC', condition: 'gt' as const },
      ...{
        armed_seq: 0,
        checked_seq: 0,
        target_price: String(900_000 + i),
        webhook_url: dashboard.stage.receiver.url,
        status: 'paused' as const,
      },
      created_at: new Date(Date.now() - i * 1_000),
    }));
    await dashboard.stage.stack.db.insertInto('alerts').values(rows).execute();
    const page = await dashboard.open(user, '/#/alerts');
    await page.getByText('These are the newest 1,000 alerts').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('rowheader', { name: 'BTC above 901,000' }).waitFor();
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  });

  it('pauses, resumes, changes and deletes an alert by the keyboard alone', async () => {
    const user = await dashboard.stage.newUser();
    await dashboard.alertAt(user, 1.5);
    const page = await dashboard.open(user);
    await tabTo(page, page.getByRole('link', { name: 'Alerts', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor();
    const status = async () => (await dashboard.alertsOf(user))[0]?.status;
    for (const [button, wanted] of [
      [/^Pause/, 'paused'],
      [/^Resume/, 'active'],
    ] as const) {
      await tabTo(page, page.getByRole('button', { name: button }));
      await page.keyboard.press('Enter');
      await eventually(async () => expect(await status()).toBe(wanted));
    }
    await tabTo(page, page.getByRole('button', { name: /^Change/ }));
    await page.keyboard.press('Enter');
    const dialog = page.getByRole('dialog');
    await tabTo(page, dialog.getByLabel('Price in US dollars'));
    await page.keyboard.press('Control+A');
    await page.keyboard.type('999,999');
    await page.keyboard.press('Enter');
    await eventually(async () => expect((await dashboard.alertsOf(user))[0]?.target_price).toBe(999_999));
    await dialog.waitFor({ state: 'detached' });
    await tabTo(page, page.getByRole('button', { name: /^Delete/ }));
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByRole('button', { name: 'Delete' }));
    await page.keyboard.press('Enter');
    await page.getByText('You have no alerts yet').waitFor();
    expect(await dashboard.alertsOf(user)).toEqual([]);
  });
});
