import { eventually } from '../support/eventually';
import { ratesOf } from './stage';
import { type Alert, useDashboard } from './use-dashboard';

describe('alerts with rules in the dashboard', () => {
  const dashboard = useDashboard();

  it('makes an alert with a rule, shows what it would have done, and tells of each firing without a reload', async () => {
    const user = await dashboard.stage.newUser();
    const page = await dashboard.open(user, '/#/alerts');
    await page.getByRole('button', { name: 'New alert' }).click();
    const form = page.getByRole('form', { name: 'New alert' });
    await form.getByText('More', { exact: true }).click();
    await form.getByLabel('Look at the').selectOption('change_1h');
    await form.getByLabel('When it is').selectOption('enters');
    await form.getByLabel('From, in per cent').fill('100');
    await form.getByLabel('To, in per cent').fill('−100');
    await form.getByLabel('Again and again').check();
    await form.getByLabel('At most once in').fill('1h');
    await form.getByLabel('Note').fill('Look at it');
    await form.getByLabel('Labels, a line each').fill('desk=spot');
    await form.getByLabel('Send a webhook to').fill(dashboard.stage.receiver.url);
    await form.getByText('It can’t be tried on the past yet').waitFor();
    await form.getByRole('button', { name: 'Create alert' }).click();
    await form.getByText('Must be two numbers, the lower one first').first().waitFor();
    await form.getByLabel('When it is').selectOption('gt');
    await form.getByLabel('Threshold in per cent').fill('-100');
    await form.getByText(/would have fired 2\d times/).waitFor();
    // The browser itself tells in its console of what was refused: the alert, and previews before it was whole.
    expect(dashboard.takeComplaints().join()).toContain('422');
    expect(await form.locator('.firings li').count()).toBeGreaterThan(20);
    await form.getByLabel('It sends').selectOption('slack');
    await form.getByLabel('Template').fill('{{text}} for {{labels.desk}}');
    await form.getByRole('button', { name: 'Create alert' }).click();
    const sent = page.getByRole('dialog', { name: 'What a firing will send' });
    await sent.getByText('for spot').waitFor();
    await sent.getByRole('button', { name: 'Close' }).click();

    await page.getByText(/BTC change in 1 h is above −100\s%.*the alert fired/).waitFor();
    await page.getByText('fired once').waitFor();
    await page.getByText('again after 1 h').waitFor();
    await page.getByText('desk: spot').waitFor();
    const [told] = await dashboard.stage.receiver.waitFor(1);
    expect(JSON.parse(told?.body ?? '').text).toMatch(/Look at it for spot$/);
    expect(await dashboard.alertsOf(user)).toMatchObject([
      {
        ...{ ticker: 'BTC', metric: 'change_1h', condition: 'gt', threshold: -100, status: 'active' },
        ...{ repeat: { every: '1h' }, note: 'Look at it', labels: { desk: 'spot' }, firings: 1 },
        message: { format: 'slack', template: '{{text}} for {{labels.desk}}' },
      },
    ]);
    await page.goto(`${dashboard.stage.url}/#/deliveries`);
    await page.getByRole('link', { name: /BTC change in 1 h above/ }).waitFor();
  });

  it('snoozes and wakes an alert, duplicates it, takes away what it said, and tells the expired ones apart', async () => {
    const user = await dashboard.stage.newUser();
    await dashboard.alertAt(user, 1.5);
    const page = await dashboard.open(user, '/#/alerts');
    const only = async () => {
      const [alert] = (await dashboard.alertsOf(user)) as (Alert & {
        snoozed_until?: string;
        note?: string;
      })[];
      return alert;
    };
    await page.getByRole('button', { name: /^Snooze/ }).click();
    await page.getByRole('button', { name: /^Until tomorrow/ }).click();
    await page.locator('.badge').getByText('snoozed').waitFor();
    const until = new Date((await only())?.snoozed_until ?? '');
    expect(until.getTime()).toBeGreaterThan(Date.now());
    await page.getByRole('button', { name: /^Wake/ }).click();
    await page.locator('.badge').getByText('waits').waitFor();
    expect(await only()).not.toHaveProperty('snoozed_until');

    await page.getByRole('button', { name: /^Change/ }).click();
    const dialog = page.getByRole('dialog');
    await dialog.getByText('More', { exact: true }).click();
    await dialog.getByLabel('Note').fill('For a while');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.locator('.note').getByText('For a while').waitFor();
    await page.getByRole('button', { name: /^Change/ }).click();
    await dialog.getByLabel('Note').fill('');
    await dialog.getByRole('button', { name: 'Save' }).click();
    await page.locator('.note').waitFor({ state: 'detached' });
    expect(await only()).not.toHaveProperty('note');

    await page.getByRole('button', { name: /^Duplicate/ }).click();
    const form = page.getByRole('form', { name: 'New alert' });
    await form.getByText('More', { exact: true }).click();
    await form.getByLabel('When the price is').selectOption('leaves');
    await form.getByLabel('From, in US dollars').fill('1');
    await form.getByLabel('To, in US dollars').fill('1,000,000');
    await form.getByRole('button', { name: 'Create alert' }).click();
    await page.getByRole('rowheader', { name: 'BTC leaves 1 to 1,000,000' }).waitFor();

    await dashboard.stage.stack.db
      .updateTable('alerts')
      .set({ status: 'expired' })
      .where('user_id', '=', user.id)
      .where('condition', '=', 'leaves')
      .execute();
    await page.getByRole('radio', { name: 'expired' }).check({ force: true });
    await page.locator('.badge').getByText('expired').waitFor();
    expect(await page.getByRole('row').count()).toBe(2);
  });

  it('draws crossings and ranges, of which those with one threshold can be dragged', async () => {
    const user = await dashboard.stage.newUser();
    const price = (await ratesOf(user)).BTC as number;
    const make = (more: object) =>
      user.call('POST', '/api/v1/alerts', {
        ticker: 'BTC',
        webhook_url: dashboard.stage.receiver.url,
        ...more,
      });
    await make({ condition: 'crosses_above', target_price: price * 1.01 });
    await make({ condition: 'leaves', range: [price * 0.99, price * 1.005] });
    await make({ condition: 'gt', metric: 'drawdown_24h', threshold: 50 });
    const page = await dashboard.open(user);
    await page.getByRole('slider', { name: 'Alert rises above' }).waitFor();
    await page.getByRole('img', { name: 'Alert leaves a range, its upper end' }).waitFor();
    expect(await page.locator('.alert-line').count()).toBe(3);
    await page.getByRole('slider').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await eventually(async () => {
      const [, , crossing] = await dashboard.alertsOf(user);
      expect(crossing?.condition).toBe('crosses_above');
      expect(crossing?.target_price).toBeCloseTo(price * 1.01 * 1.001, 1);
    });
  });
});
