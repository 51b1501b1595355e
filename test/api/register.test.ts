import { registeredSchema } from '../../src/api/answers/users';
import { hashApiKey } from '../../src/api/api-key';
import { useApi } from './api';

const CALL = 'POST /api/v1/users/register';

describe('POST /users/register', () => {
  const api = useApi();

  it('answers the key and the secret, once', async () => {
    const { status, json } = await api().ask(CALL, { body: { email: 'ada@example.com' } });
    expect(status).toBe(201);
    expect(registeredSchema.parse(json)).toEqual(json);
    expect(Object.keys(json)).toEqual(['id', 'email', 'api_key', 'webhook_secret']);
    expect(json.email).toBe('ada@example.com');
    expect(json.api_key).toMatch(/^sk_live_[0-9A-Za-z]{49}$/);
    expect(json.webhook_secret).toMatch(/^whsec_/);
    expect(Buffer.from(json.webhook_secret.slice(6), 'base64')).toHaveLength(32);
  });

  it('gives a key that works at once', async () => {
    const { json } = await api().ask(CALL, { body: { email: 'at-once@example.com' } });
    const me = await api().ask('GET /api/v1/users/me', { key: json.api_key });
    expect(me.json).toMatchObject({ id: json.id, email: 'at-once@example.com' });
  });

  it('stores the hash of the key only', async () => {
    const { json } = await api().ask(CALL, { body: { email: 'hash@example.com' } });
    const { db } = api();
    const row = await db
      .selectFrom('api_keys')
      .selectAll()
      .where('user_id', '=', json.id)
      .executeTakeFirstOrThrow();
    expect(row.hash.toString('hex')).toBe(hashApiKey(json.api_key));
    expect(json.api_key.startsWith(row.prefix)).toBe(true);
    expect(row.prefix.length).toBeLessThan(16);
  });

  it('needs no key, and minds none', async () => {
    const { status } = await api().ask(CALL, { key: 'nonsense', body: { email: 'key@example.com' } });
    expect(status).toBe(201);
  });

  it('trims the address', async () => {
    const { json } = await api().ask(CALL, { body: { email: '  trim@example.com\n' } });
    expect(json.email).toBe('trim@example.com');
  });

  it('refuses an address that is taken, in any case and with spaces around it', async () => {
    await api().ask(CALL, { body: { email: 'Taken@example.com' } });
    for (const email of ['Taken@example.com', 'taken@EXAMPLE.com', ' TAKEN@example.com ']) {
      const { status, json } = await api().ask(CALL, { body: { email } });
      expect(status).toBe(400);
      expect(json).toEqual({
        error: 'HTTPException',
        detail: 'This e-mail address is registered already',
        code: 400,
      });
    }
  });

  it('lets one of many win who register the same address at once', async () => {
    const answers = await Promise.all(
      Array.from({ length: 8 }, () => api().ask(CALL, { body: { email: 'race@example.com' } })),
    );
    expect(answers.map(({ status }) => status).sort()).toEqual([201, ...Array(7).fill(400)]);
  });

  it.each([
    ['', 'no@', '@example.com', 'a b@example.com', 'plain', `${'a'.repeat(250)}@example.com`],
    [`${'a'.repeat(65)}@example.com`, 'ada@example-.com', `ada@${'b'.repeat(64)}.com`],
    [null, 5, true, ['a@example.com'], {}],
  ])('refuses what is no address: %p …', async (...emails) => {
    for (const email of emails) {
      const { status, json } = await api().ask(CALL, { body: { email } });
      expect(status).toBe(422);
      expect(json).toMatchObject({ error: 'ValidationError', code: 422, errors: [{ path: 'email' }] });
    }
  });

  it('refuses a body without an address, and unknown fields', async () => {
    expect((await api().ask(CALL, { body: {} })).json.errors).toEqual([
      { path: 'email', message: 'Must be an e-mail address' },
    ]);
    const { status, json } = await api().ask(CALL, { body: { email: 'x@example.com', admin: true } });
    expect(status).toBe(422);
    expect(json.errors).toEqual([{ path: 'admin', message: 'Unknown field' }]);
  });
});
