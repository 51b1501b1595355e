/** The answer of one call: its status, headers and parsed body. */
export interface Answer<T> {
  status: number;
  headers: Headers;
  body: T;
}

export interface ApiClient {
  call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>>;
}

/** Calls the API at `url` over HTTP, with a key if one is given; a call that gets no answer in time rejects. */
export function apiClient(url: string, key?: string, timeoutMs = 60_000): ApiClient {
  return {
    async call<T>(method: string, path: string, body?: unknown): Promise<Answer<T>> {
      const response = await fetch(url + path, {
        method,
        signal: AbortSignal.timeout(timeoutMs),
        headers: {
          ...(key === undefined ? {} : { 'x-api-key': key }),
          ...(body === undefined ? {} : { 'content-type': 'application/json' }),
        },
        body: body === undefined ? undefined : JSON.stringify(body),
      });
      const text = await response.text();
      return {
        status: response.status,
        headers: response.headers,
        body: (text ? JSON.parse(text) : undefined) as T,
      };
    },
  };
}

export interface RegisteredUser extends ApiClient {
  id: string;
  apiKey: string;
  webhookSecret: string;
}

/** Registers a user over HTTP and answers a client that calls with their key. */
export async function registerUser(url: string, email: string): Promise<RegisteredUser> {
  const { status, body } = await apiClient(url).call<{ id: string; api_key: string; webhook_secret: string }>(
    'POST',
    '/api/v1/users/register',
    { email },
  );
  if (status !== 201) throw new Error(`Registration answered ${status}: ${JSON.stringify(body)}`);
  return {
    ...apiClient(url, body.api_key),
    id: body.id,
    apiKey: body.api_key,
    webhookSecret: body.webhook_secret,
  };
}
