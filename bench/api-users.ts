import { request } from 'undici';

/** Registers users through the API. @returns their keys */
export async function registerUsers(url: string, count: number): Promise<string[]> {
  const keys: string[] = [];
  for (let n = 0; n < count; n += 1) {
    const { statusCode, body } = await request(`${url}/api/v1/users/register`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ email: `bench-${n}@example.com` }),
    });
    const answer = (await body.json()) as { api_key?: string };
    if (answer.api_key === undefined) throw new Error(`Registration was answered ${statusCode}`);
    keys.push(answer.api_key);
  }
  return keys;
}
