import createFetchClient from 'openapi-fetch';

export function createClient({ apiKey, ...options } = {}) {
  const client = createFetchClient(options);
  client.use({
    onRequest({ request }) {
      const key = typeof apiKey === 'function' ? apiKey() : apiKey;
      if (key) request.headers.set('X-API-Key', key);
      return request;
    },
  });
  return client;
}
