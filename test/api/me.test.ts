import { userSchema } from '../../src/api/answers/users';
import { addUser, INVALID_KEY, MISSING_KEY, useApi } from './api';

const CALL = 'GET /api/v1/users/me';

describe('GET /users/me', () => {
  const api = useApi();

  it('answers who one is', async () => {
    const user = await addUser(api().db);
    const { status, json } = await api().ask(CALL, { key: user.key });
    expect(status).toBe(200);
    expect(userSchema.parse(json)).toEqual(json);
    expect(Object.keys(json)).toEqual(['id', 'email', 'is_active', 'created_at']);
    expect(json).toMatchObject({ id: user.id, email: user.email, is_active: true });
    expect(new Date(json.created_at).toISOString()).toBe(json.created_at);
  });

  it('needs a key', async () => {
    expect((await api().ask(CALL)).json).toEqual(MISSING_KEY);
    expect((await api().ask(CALL, { key: 'sk_live_wrong' })).json).toEqual(INVALID_KEY);
  });
});
