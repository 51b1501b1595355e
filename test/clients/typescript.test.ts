import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { buildSync } from 'esbuild';
import * as client from '../../clients/typescript/package.json';
import * as project from '../../package.json';
import { addUser, useApi } from '../api/api';
import { openPage, useBrowser } from '../support/browser';

describe('clients/typescript', () => {
  const api = useApi();
  const browser = useBrowser();

  it('is what the description of the API gives', async () => {
    const script = join(__dirname, '../../scripts/generate-client.mjs');
    await promisify(execFile)(process.execPath, [script, '--check']);
  }, 180_000);

  it('has the version of the project, and of what it needs', () => {
    expect(client.version).toBe(project.version);
    expect(client.dependencies['openapi-fetch']).toBe(project.dependencies['openapi-fetch']);
  });

  it('runs in a page, bundled', async () => {
    const { key, email } = await addUser(api().db);
    const bundle = buildSync({
      entryPoints: [join(__dirname, '../../clients/typescript/index.js')],
      bundle: true,
      write: false,
      format: 'iife',
      globalName: 'pricehook',
    });
    const { page, complaints } = await openPage(browser());
    await page.goto(`${api().url}/docs`);
    const me = `pricehook.createClient({ apiKey: '${key}' }).GET('/api/v1/users/me').then(({ data }) => data)`;
    expect(await page.evaluate(`${bundle.outputFiles[0]?.text}\n${me}`)).toMatchObject({ email });
    expect(complaints).toEqual([]);
  });
});
