import type { Page } from 'playwright-core';
import { openPage, useBrowser } from '../support/browser';
import { addUser, useApi } from './api';

describe('Swagger UI in a browser', () => {
  const api = useApi();
  const browser = useBrowser();

  const openCall = (page: Page) => page.goto(`${api().url}/docs#/users/getMe`);

  /** Sends `GET /users/me` from the page that has it open, and answers the status that it shows. */
  async function whoAmI(page: Page): Promise<string> {
    const call = page.locator('#operations-users-getMe');
    await call.getByRole('button', { name: 'Try it out' }).click();
    await call.getByRole('button', { name: 'Execute' }).click();
    return call.locator('.live-responses-table .response-col_status').last().innerText();
  }

  it('shows every call, from this service alone and with nothing refused', async () => {
    const { page, asked, complaints } = await openPage(browser());
    await page.goto(`${api().url}/docs`);
    await page.getByText('Draw a line').first().waitFor();
    const { paths } = (await api().ask('GET /openapi.json')).json;
    const calls = Object.values(paths as Record<string, object>).flatMap((path) => Object.keys(path)).length;
    expect(await page.locator('.opblock').count()).toBe(calls);
    await page.locator('#operations-alerts-createAlert .opblock-summary').click();
    await page.getByText('It watches from now on').waitFor();
    expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([api().url]));
    expect(complaints).toEqual([]);
  });

  it('takes the key once for a tab, and forgets it with the tab', async () => {
    const { key } = await addUser(api().db);
    const { page, complaints } = await openPage(browser());
    await openCall(page);
    expect(await whoAmI(page)).toMatch(/^401/);
    await page.locator('.auth-wrapper .authorize').click();
    await page.locator('.modal-ux input').fill(key);
    await page.locator('.modal-ux').getByRole('button', { name: 'Apply credentials' }).click();
    await page.reload();
    expect(await whoAmI(page)).toMatch(/^200/);
    expect(await page.evaluate('JSON.stringify(localStorage)')).toBe('{}');
    expect(complaints.filter((text) => text.includes('Content Security Policy'))).toEqual([]);

    const other = await openPage(browser());
    await openCall(other.page);
    expect(await whoAmI(other.page)).toMatch(/^401/);
  });
});
