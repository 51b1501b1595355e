import { readFileSync } from 'node:fs';
import type { Locator, Page } from 'playwright-core';
import { apiClient, type RegisteredUser } from '../support/api-client';
import { openPage, useBrowser, type WatchedPage } from '../support/browser';
import { eventually } from '../support/eventually';
import { openDashboard, PAGES, settled } from './pages';
import { makeAlert, ratesOf, type Stage, seedPast, startStage } from './stage';

const AXE = readFileSync(require.resolve('axe-core/axe.min.js'), 'utf8');

interface Alert {
  id: string;
  target_price: number;
  condition: string;
  webhook_url: string;
  status: string;
}

// Pages have more steps than other tests.
jest.setTimeout(180_000);

describe('the dashboard', () => {
  let stage: Stage;
  let opened: WatchedPage[];

  /** Whatever a test does: nothing comes from elsewhere, nothing is refused, nothing fails. */
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
  }, 120_000);
  afterAll(() => stage?.close());
  beforeEach(() => {
    opened = [];
    stage.receiver.reset();
  });

  async function open(user: RegisteredUser, at?: string, url = stage.url): Promise<Page> {
    const watched = await openDashboard(browser(), url, { key: user.apiKey, at });
    opened.push(watched);
    return watched.page;
  }

  const alertsOf = async (user: RegisteredUser) => (await user.call<Alert[]>('GET', '/api/v1/alerts')).body;

  /** An alert on BTC, some way above or below the price of now. */
  async function alertAt(user: RegisteredUser, factor: number): Promise<string> {
    const price = (await ratesOf(user)).BTC as number;
    return makeAlert(user, {
      ...{ ticker: 'BTC', condition: 'gt', webhook_url: stage.receiver.url },
      target_price: Number((price * factor).toFixed(2)),
    });
  }

  it('takes a newcomer in, shows the secrets once, and keeps the key in the session only', async () => {
    const watched = await openPage(browser());
    const { page, complaints } = watched;
    opened.push(watched);
    await page.goto(stage.url);
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
    const page = await open(await stage.newUser());
    for (const [name, text] of [
      ['alerts', 'You have no alerts yet'],
      ['deliveries', 'Nothing was sent yet'],
      ['endpoints', 'None of your hosts has failed'],
    ]) {
      await page.goto(`${stage.url}/#/${name}`);
      await page.getByText(text as string).waitFor();
    }
  });

  it('makes an alert by a click on the chart, and says what it would have done', async () => {
    const user = await stage.newUser();
    const page = await open(user);
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
    await form.getByLabel('Send a webhook to').fill(stage.receiver.url);
    await form.getByRole('button', { name: 'Create alert' }).click();
    await page.getByText('The alert waits').waitFor();
    expect(await alertsOf(user)).toMatchObject([
      { target_price: price, condition: 'gt', webhook_url: stage.receiver.url, status: 'active' },
    ]);
  });

  it('changes an alert by dragging its line, and by the keyboard', async () => {
    const user = await stage.newUser();
    const id = await alertAt(user, 1.01);
    const page = await open(user);
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
    const user = await stage.newUser();
    const id = await alertAt(user, 1.4);
    const page = await open(user);
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
    await stage.receiver.waitFor(1);
  });

  it('makes an alert with a rule, shows what it would have done, and tells of each firing without a reload', async () => {
    const user = await stage.newUser();
    const page = await open(user, '/#/alerts');
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
    await form.getByLabel('Send a webhook to').fill(stage.receiver.url);
    await form.getByText('It can’t be tried on the past yet').waitFor();
    await form.getByRole('button', { name: 'Create alert' }).click();
    await form.getByText('Must be two numbers, the lower one first').first().waitFor();
    await form.getByLabel('When it is').selectOption('gt');
    await form.getByLabel('Threshold in per cent').fill('-100');
    await form.getByText(/would have fired 2\d times/).waitFor();
    // The browser itself tells in its console of what was refused: the alert, and previews before it was whole.
    expect(opened.flatMap(({ complaints }) => complaints.splice(0)).join()).toContain('422');
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
    const [told] = await stage.receiver.waitFor(1);
    expect(JSON.parse(told?.body ?? '').text).toMatch(/Look at it for spot$/);
    expect(await alertsOf(user)).toMatchObject([
      {
        ...{ ticker: 'BTC', metric: 'change_1h', condition: 'gt', threshold: -100, status: 'active' },
        ...{ repeat: { every: '1h' }, note: 'Look at it', labels: { desk: 'spot' }, firings: 1 },
        message: { format: 'slack', template: '{{text}} for {{labels.desk}}' },
      },
    ]);
    await page.goto(`${stage.url}/#/deliveries`);
    await page.getByRole('link', { name: /BTC change in 1 h above/ }).waitFor();
  });

  it('snoozes and wakes an alert, duplicates it, takes away what it said, and tells the expired ones apart', async () => {
    const user = await stage.newUser();
    await alertAt(user, 1.5);
    const page = await open(user, '/#/alerts');
    const only = async () => {
      const [alert] = (await alertsOf(user)) as (Alert & { snoozed_until?: string; note?: string })[];
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

    await stage.stack.db
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
    const user = await stage.newUser();
    const price = (await ratesOf(user)).BTC as number;
    const make = (more: object) =>
      user.call('POST', '/api/v1/alerts', { ticker: 'BTC', webhook_url: stage.receiver.url, ...more });
    await make({ condition: 'crosses_above', target_price: price * 1.01 });
    await make({ condition: 'leaves', range: [price * 0.99, price * 1.005] });
    await make({ condition: 'gt', metric: 'drawdown_24h', threshold: 50 });
    const page = await open(user);
    await page.getByRole('slider', { name: 'Alert rises above' }).waitFor();
    await page.getByRole('img', { name: 'Alert leaves a range, its upper end' }).waitFor();
    expect(await page.locator('.alert-line').count()).toBe(3);
    await page.getByRole('slider').focus();
    await page.keyboard.press('ArrowUp');
    await page.keyboard.press('Enter');
    await eventually(async () => {
      const [, , crossing] = await alertsOf(user);
      expect(crossing?.condition).toBe('crosses_above');
      expect(crossing?.target_price).toBeCloseTo(price * 1.01 * 1.001, 1);
    });
  });

  it('shows more than a thousand alerts page by page', async () => {
    const user = await stage.newUser();
    const rows = Array.from({ length: 1_001 }, (_, i) => ({
      ...{ user_id: user.id, market: 'replay' as const, ticker: 'BTC', condition: 'gt' as const },
      ...{
        armed_seq: 0,
        checked_seq: 0,
        target_price: String(900_000 + i),
        webhook_url: stage.receiver.url,
        status: 'paused' as const,
      },
      created_at: new Date(Date.now() - i * 1_000),
    }));
    await stage.stack.db.insertInto('alerts').values(rows).execute();
    const page = await open(user, '/#/alerts');
    await page.getByText('These are the newest 1,000 alerts').waitFor();
    await page.getByRole('button', { name: 'Show more' }).click();
    await page.getByRole('rowheader', { name: 'BTC above 901,000' }).waitFor();
    expect(await page.getByRole('button', { name: 'Show more' }).count()).toBe(0);
  });

  it('has a failed delivery made again, the next attempt made now, and none any longer', async () => {
    const user = await stage.newUser();
    let answer = 503;
    stage.receiver.answer((_, response) =>
      response.writeHead(answer, { 'retry-after': '300' }).end('Out of order'),
    );
    await alertAt(user, 0.9);
    const page = await open(user, '/#/deliveries');
    await page.getByRole('link', { name: /BTC above/ }).click();
    const details = page.locator('.details');
    await details.getByText('The server answered 503.').waitFor();
    await details.getByText('Next attempt').waitFor();
    await details.getByRole('button', { name: 'Retry now' }).click();
    await stage.receiver.waitFor(2);
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
    const [first, , third] = await stage.receiver.waitFor(3);
    expect(third?.body).toBe(first?.body);
  });

  it('pauses, resumes, changes and deletes an alert by the keyboard alone', async () => {
    const user = await stage.newUser();
    await alertAt(user, 1.5);
    const page = await open(user);
    await tabTo(page, page.getByRole('link', { name: 'Alerts', exact: true }));
    await page.keyboard.press('Enter');
    await page.getByRole('heading', { name: 'Alerts', exact: true }).waitFor();
    const status = async () => (await alertsOf(user))[0]?.status;
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
    await eventually(async () => expect((await alertsOf(user))[0]?.target_price).toBe(999_999));
    await dialog.waitFor({ state: 'detached' });
    await tabTo(page, page.getByRole('button', { name: /^Delete/ }));
    await page.keyboard.press('Enter');
    await tabTo(page, dialog.getByRole('button', { name: 'Delete' }));
    await page.keyboard.press('Enter');
    await page.getByText('You have no alerts yet').waitFor();
    expect(await alertsOf(user)).toEqual([]);
  });

  it('makes, rolls and revokes keys, changes the webhook secret and tries a server', async () => {
    const user = await stage.newUser();
    const page = await open(user, '/#/settings');
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
    await page.getByLabel('Send a test webhook to').fill(stage.receiver.url);
    await page.getByRole('button', { name: 'Send a test' }).click();
    await page.locator('.tested').getByText('delivered').waitFor();
    const [request] = await stage.receiver.waitFor(1);
    expect(request?.body).toContain('webhook.test');
  });

  it('shows a disabled endpoint, and sends to it again', async () => {
    const user = await stage.newUser();
    const at = new Date(Date.now() - 90_000_000);
    await stage.stack.db
      .insertInto('endpoints')
      .values({
        ...{ user_id: user.id, market: 'replay', host: 'hooks.example.com', failing_since: at, failures: 24 },
        ...{ last_failure_at: new Date(), last_error: 'The server answered 500.', disabled_at: new Date() },
      })
      .execute();
    const page = await open(user, '/#/endpoints');
    await page.getByText('24 failures in a row').waitFor();
    await page.getByRole('button', { name: 'Send to hooks.example.com again' }).click();
    await page.locator('.card').getByText('ok', { exact: true }).waitFor();
  });

  it('opens the chart that a link is about, at its time', async () => {
    const at = new Date(Date.now() - 10 * 3_600_000).toISOString();
    const page = await open(await stage.newUser(), `/?ticker=eth&at=${at}`);
    await page.getByRole('img', { name: /^Candles of ETH/ }).waitFor();
    expect(await page.getByRole('radio', { name: '1m' }).isChecked()).toBe(true);
    await page.getByRole('button', { name: 'Back to now' }).click();
    await page.getByRole('button', { name: 'Back to now' }).waitFor({ state: 'detached' });
    expect(page.url()).toBe(`${stage.url}/?ticker=ETH`);
  });

  it('shows where prices come from, anomalies and alarms', async () => {
    const page = await open(await stage.newUser(), '/#/data');
    await page.getByRole('rowheader', { name: 'kraken' }).waitFor();
    await page.getByText('step:upload').waitFor();
    await page.getByText('No price was published in 66 ticks.').waitFor();
    await page.getByRole('button', { name: /DOGE/ }).click();
    await page.getByRole('img', { name: /^Candles of DOGE/ }).waitFor();
  });

  it('stays within what the API allows, waits where that is taken, and leaves when its key is refused', async () => {
    const { url } = await stage.stack.startApi({ RATE_LIMITS: 'on' });
    const user = await stage.newUser();
    const watched = await openDashboard(browser(), url, { key: user.apiKey });
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
    const user = await stage.newUser();
    stage.receiver.answer(410);
    await alertAt(user, 0.9);
    await alertAt(user, 1.01);
    const delivery = await eventually(async () => {
      const { body } = await user.call<{ id: string }[]>('GET', '/api/v1/deliveries?status=failed');
      expect(body).toHaveLength(1);
      return body[0]?.id;
    });
    const page = await open(user);
    await page.evaluate(AXE);
    const found: string[] = [];
    const check = async (what: string) => {
      for (const colorScheme of ['light', 'dark'] as const) {
        await page.emulateMedia({ colorScheme, reducedMotion: 'reduce' });
        found.push(...(await serious(page)).map((finding) => `${what}, ${colorScheme}: ${finding}`));
      }
    };
    for (const name of [...PAGES, `deliveries/${delivery}`]) {
      await page.goto(`${stage.url}/#/${name}`);
      await settled(page);
      await check(name);
    }
    await page.goto(`${stage.url}/#/market`);
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

async function boxOf(locator: Locator) {
  const box = await locator.boundingBox();
  if (box === null) throw new Error('It is not on the page');
  return box;
}

/** Presses the tabulator until this has the focus. */
async function tabTo(page: Page, wanted: Locator): Promise<void> {
  await wanted.waitFor();
  for (let presses = 0; presses < 80; presses += 1) {
    if (await wanted.evaluate((element) => element.ownerDocument.activeElement === element)) return;
    await page.keyboard.press('Tab');
  }
  throw new Error('The keyboard does not get there');
}
