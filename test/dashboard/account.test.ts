import { eventually } from '../support/eventually';
import { useDashboard } from './use-dashboard';

describe('deliveries, endpoints and keys in the dashboard', () => {
  const dashboard = useDashboard();

  it('has a failed delivery made again, the next attempt made now, and none any longer', async () => {
    const user = await dashboard.stage.newUser();
    let answer = 503;
    dashboard.stage.receiver.answer((_, response) =>
      response.writeHead(answer, { 'retry-after': '300' }).end('Out of order'),
    );
    await dashboard.alertAt(user, 0.9);
    const page = await dashboard.open(user, '/#/deliveries');
    await page.getByRole('link', { name: /BTC above/ }).click();
    const details = page.locator('.details');
    await details.getByText('The server answered 503.').waitFor();
    await details.getByText('Next attempt').waitFor();
    await details.getByRole('button', { name: 'Retry now' }).click();
    await dashboard.stage.receiver.waitFor(2);
    await eventually(async () => expect(await details.getByText('The server answered 503.').count()).toBe(2));
    await details.getByRole('button', { name: 'Cancel delivery' }).click();
    await details.getByText('cancelled', { exact: true }).waitFor();
    await details.getByText('Response body').first().click();
    await details.getByText('Out of order').first().waitFor();
    expect(await details.getByRole('link', { name: 'Workflow in Temporal' }).getAttribute('href')).toMatch(
      /^http:\/\/127\.0\.0\.1:8233\/namespaces\/default\/workflows\/alert-/,
    );

    answer = 204;
    await details.getByRole('button', { name: 'Redeliver' }).click();
    await details.getByText('delivered', { exact: true }).first().waitFor();
    const [first, , third] = await dashboard.stage.receiver.waitFor(3);
    expect(third?.body).toBe(first?.body);
  });

  it('makes, rolls and revokes keys, changes the webhook secret and tries a server', async () => {
    const user = await dashboard.stage.newUser();
    const page = await dashboard.open(user, '/#/settings');
    await page.getByPlaceholder('backup server').fill('laptop');
    await page.getByRole('button', { name: 'Make a key' }).click();
    expect(await page.getByRole('textbox', { name: 'The key “laptop”' }).inputValue()).toMatch(/^sk_live_/);
    await page.getByRole('button', { name: 'Roll the key default' }).click();
    const rolled = page.getByRole('textbox', { name: 'The key “default”' });
    await rolled.waitFor();
    expect(await page.evaluate('Object.values(sessionStorage)')).toEqual([await rolled.inputValue()]);
    await page.getByRole('button', { name: 'Revoke the key laptop' }).click();
    await page.getByRole('dialog').getByRole('button', { name: 'Revoke' }).click();
    await page.getByRole('button', { name: 'Revoke the key laptop' }).waitFor({ state: 'detached' });

    await page.getByRole('button', { name: 'Make a new secret' }).click();
    expect(await page.getByRole('textbox', { name: 'New webhook secret' }).inputValue()).toMatch(/^whsec_/);
    await page.getByLabel('Send a test webhook to').fill(dashboard.stage.receiver.url);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.locator('.tested').getByText('delivered').waitFor();
    const [request] = await dashboard.stage.receiver.waitFor(1);
    expect(request?.body).toContain('webhook.test');
  });

  it('shows a disabled endpoint, and sends to it again', async () => {
    const user = await dashboard.stage.newUser();
    const at = new Date(Date.now() - 90_000_000);
    await dashboard.stage.stack.db
      .insertInto('endpoints')
      .values({
        ...{ user_id: user.id, market: 'replay', host: 'hooks.example.com', failing_since: at, failures: 24 },
        ...{ last_failure_at: new Date(), last_error: 'The server answered 500.', disabled_at: new Date() },
      })
      .execute();
    const page = await dashboard.open(user, '/#/endpoints');
    await page.getByText('24 failures in a row').waitFor();
    await page.getByRole('button', { name: 'Send to hooks.example.com again' }).click();
    await page.locator('.card').getByText('ok', { exact: true }).waitFor();
  });
});
