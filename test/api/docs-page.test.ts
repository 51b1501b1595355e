import { openPage, useBrowser } from '../support/browser';
import { useApi } from './api';

describe('Swagger UI in a browser', () => {
  const api = useApi();
  const browser = useBrowser();

  it('shows every call, from this service alone and with nothing refused', async () => {
    const { page, asked, complaints } = await openPage(browser());
    await page.goto(`${api().url}/docs`);
    await page.getByText('Draw a line').first().waitFor();
    const { paths } = (await api().ask('GET /openapi.json')).json;
    const calls = Object.values(paths as Record<string, object>).flatMap((path) => Object.keys(path)).length;
    expect(await page.locator('.opblock').count()).toBe(calls);
    expect(new Set(asked.map((url) => new URL(url).origin))).toEqual(new Set([api().url]));
    expect(complaints).toEqual([]);
  });
});
