import { checkWebhookUrl } from '../../src/webhooks/address';
import { FORBIDDEN, FORBIDDEN_URLS } from '../webhooks/forbidden';
import { PUBLIC_ONLY } from '../webhooks/servers';
import { ALERT, addUser, type TestUser, useApi } from './api';

/** What names resolve to; all others to nothing. */
const NAMES: Record<string, string[]> = {
  localhost: ['127.0.0.1', '::1'],
  'hooks.example.com': ['93.184.215.14', '2606:4700:4700::1111'],
  'private.example.com': ['10.0.0.1'],
  'mixed.example.com': ['93.184.215.14', '169.254.169.254'],
  'mapped.example.com': ['::ffff:127.0.0.1'],
};
const resolve = async (name: string) =>
  (NAMES[name] ?? []).map((address) => ({
    address,
    family: address.includes(':') ? (6 as const) : (4 as const),
  }));

describe('the webhook_url of an alert', () => {
  const api = useApi({}, { checkUrl: (url) => checkWebhookUrl(url, PUBLIC_ONLY, resolve) });
  let user: TestUser;
  let target = 65_420;

  beforeAll(async () => {
    user = await addUser(api().db);
  });

  const create = (webhook_url: string) => {
    target += 1;
    const body = { ...ALERT, target_price: target, webhook_url };
    return api().ask('POST /api/v1/alerts/', { key: user.key, body });
  };
  const stored = async () =>
    (await api().db.selectFrom('alerts').select('webhook_url').execute()).map(
      ({ webhook_url }) => webhook_url,
    );

  /** 422 with the reason at its path, and no row. */
  async function refuses(url: string, reason: string | RegExp): Promise<void> {
    const { status, json } = await create(url);
    expect(status).toBe(422);
    expect(json).toMatchObject({ error: 'ValidationError', code: 422 });
    expect(json.errors).toEqual([{ path: 'webhook_url', message: expect.stringMatching(reason) }]);
    expect(await stored()).not.toContain(url);
  }

  it.each(FORBIDDEN_URLS.filter(({ url }) => url !== '' && url.length <= 2_048))(
    'is not $spelling',
    async ({ url, reason }) => {
      await refuses(url, exactly(reason));
    },
  );

  it.each(FORBIDDEN)('is not $address of $block', async ({ address }) => {
    const url = `https://${address.includes(':') ? `[${address}]` : address}/hook`;
    await refuses(url, / is an address that webhooks may not reach\.$/);
  });

  it.each(['private', 'mixed', 'mapped'])('is not a name with %s addresses', async (kind) => {
    const reason = `${kind}.example.com resolves to an address that webhooks may not reach.`;
    await refuses(`https://${kind}.example.com/hook`, exactly(reason));
  });

  it.each(['https://hooks.example.com/hook', 'http://unknown.example.com:8080/', 'https://1.1.1.1/'])(
    'may be %s',
    async (url) => {
      expect((await create(url)).status).toBe(201);
      expect(await stored()).toContain(url);
    },
  );

  it('is judged again when it is changed', async () => {
    const { json } = await create('https://hooks.example.com/before');
    const change = (webhook_url: string) =>
      api().ask(`PATCH /api/v1/alerts/${json.id}`, { key: user.key, body: { webhook_url } });
    for (const { url, reason } of FORBIDDEN_URLS.filter(({ spelling }) =>
      /decimal|^user$|^dotless$/.test(spelling),
    )) {
      const { status, json: refusal } = await change(url);
      expect([status, refusal.errors]).toEqual([422, [{ path: 'webhook_url', message: reason }]]);
    }
    expect(await stored()).toContain('https://hooks.example.com/before');
    expect((await change('https://hooks.example.com/after')).status).toBe(200);
  });
});

/** Nothing but these words. */
const exactly = (words: string) => new RegExp(`^${words.replace(/[.*+?^$()|[\]\\{}]/g, '\\$&')}$`);
