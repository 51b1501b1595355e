import { ServerResponse } from 'node:http';
import { useApi } from './api';
import { rawGet, sendRaw } from './raw';

describe('GET /docs', () => {
  const api = useApi();

  it.each(['/docs', '/docs/'])('%s is a page that needs nothing but this service', async (path) => {
    const { status, text, headers } = await api().ask(`GET ${path}`);
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const addresses = [...text.matchAll(/(?:src|href)="([^"]+)"/g)].map((match) => match[1] as string);
    expect(addresses.length).toBeGreaterThan(3);
    for (const address of addresses) {
      expect(address).toMatch(/^\/docs\//);
      const file = await api().ask(`GET ${address}`);
      expect(file.status).toBe(200);
      expect(file.text.length).toBeGreaterThan(100);
      expect(file.headers.get('cache-control')).toBe(
        address.endsWith('initializer.js') ? 'no-store' : 'public, max-age=3600',
      );
    }
  });

  it.each(['swagger-ui.css', 'swagger-ui-bundle.js', 'favicon-32x32.png'])(
    'sends %s only to those who do not have it yet',
    async (file) => {
      const first = await api().ask(`GET /docs/${file}`);
      const etag = first.headers.get('etag') ?? '';
      expect(etag).toMatch(/^"[\w-]{43}"$/);
      // Not by fetch, which asks for a new copy along with If-None-Match.
      const again = (tag: string) =>
        sendRaw(api().url, rawGet(`/docs/${file}`, 'Host: localhost', `If-None-Match: ${tag}`));
      const same = await again(etag);
      expect(same.text).toBe(`${same.head}\r\n\r\n`);
      expect([same.status, (await again('"x"')).status]).toEqual([304, 200]);
    },
  );

  it.each(['/docs', '/docs/initializer.js', '/docs/swagger-ui-bundle.js', '/openapi.json'])(
    'sends %s from the same memory every time',
    async (path) => {
      const sent: unknown[] = [];
      const end = jest.spyOn(ServerResponse.prototype, 'end').mockImplementation(function (
        this: ServerResponse,
        ...args: unknown[]
      ) {
        sent.push(args[0]);
        end.mockRestore();
        return this.end(args[0]);
      });
      await api().ask(`GET ${path}`);
      const again = jest.spyOn(ServerResponse.prototype, 'end');
      await api().ask(`GET ${path}`);
      expect(sent[0]).toBeInstanceOf(Buffer);
      expect(again.mock.calls[0]?.[0]).toBe(sent[0]);
      again.mockRestore();
    },
  );

  it('keeps to its content security policy', async () => {
    const { text, headers } = await api().ask('GET /docs');
    expect(text).not.toMatch(/<script(?![^>]*src=)/);
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("script-src 'self';");
    expect(policy).toContain("img-src 'self' data:");
    expect(policy).toMatch(/style-src 'self'(;|$)/);
    expect(policy).not.toContain('upgrade-insecure-requests');
  });

  it.each(['package.json', 'index.html', '..%2fpackage.json', '%2e%2e%2fpackage.json', 'toString'])(
    'has no other file: %s',
    async (file) => {
      expect((await api().ask(`GET /docs/${file}`)).status).toBe(404);
    },
  );
});

interface Operation {
  security?: object[];
  responses: Record<string, { $ref?: string; headers?: object; content?: object }>;
  requestBody?: { required: boolean; content: Record<string, { schema: { $ref: string } }> };
}

describe('GET /openapi.json', () => {
  const api = useApi();
  const document = async () => (await api().ask('GET /openapi.json')).json;
  const operation = async (method: string, path: string): Promise<Operation> =>
    (await document()).paths[path][method];

  it('describes every call of the contract', async () => {
    const { openapi, paths } = await document();
    expect(openapi).toBe('3.1.0');
    const calls = Object.entries(paths as Record<string, object>).flatMap(([path, methods]) =>
      Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
    );
    expect(calls.sort()).toEqual([
      'DELETE /api/v1/alerts/{id}',
      'DELETE /api/v1/users/me',
      'DELETE /api/v1/users/me/keys/{id}',
      'GET /api/v1/alarms',
      'GET /api/v1/alerts/',
      'GET /api/v1/alerts/export',
      'GET /api/v1/alerts/{id}',
      'GET /api/v1/alerts/{id}/deliveries',
      'GET /api/v1/anomalies',
      'GET /api/v1/deliveries',
      'GET /api/v1/deliveries/{id}',
      'GET /api/v1/endpoints',
      'GET /api/v1/quality',
      'GET /api/v1/rates/',
      'GET /api/v1/rates/{ticker}/candles',
      'GET /api/v1/rates/{ticker}/stats',
      'GET /api/v1/sources',
      'GET /api/v1/stream',
      'GET /api/v1/users/me',
      'GET /api/v1/users/me/keys',
      'GET /health',
      'GET /health/live',
      'GET /health/ready',
      'GET /metrics',
      'PATCH /api/v1/alerts/{id}',
      'POST /api/v1/alerts/',
      'POST /api/v1/alerts/import',
      'POST /api/v1/alerts/preview',
      'POST /api/v1/deliveries/recover',
      'POST /api/v1/deliveries/{id}/cancel',
      'POST /api/v1/deliveries/{id}/redeliver',
      'POST /api/v1/deliveries/{id}/retry-now',
      'POST /api/v1/endpoints/{id}/enable',
      'POST /api/v1/reports/run',
      'POST /api/v1/users/me/keys',
      'POST /api/v1/users/me/keys/{id}/roll',
      'POST /api/v1/users/register',
      'POST /api/v1/webhook-secret/rotate',
      'POST /api/v1/webhooks/test',
    ]);
  });

  it('describes only calls that exist', async () => {
    const { paths } = await document();
    for (const [path, methods] of Object.entries(paths as Record<string, object>)) {
      for (const method of Object.keys(methods)) {
        const { status, json } = await api().ask(`${method.toUpperCase()} ${path.replace('{id}', 'x')}`);
        expect(status === 404 ? json.detail : '').not.toBe('Not Found');
        expect(status).not.toBe(405);
      }
    }
  });

  it('is made of the schemas that validate', async () => {
    const { components } = await document();
    const { NewAlert, Registration } = components.schemas;
    expect(NewAlert.required).toEqual(['ticker', 'condition']);
    expect(NewAlert.additionalProperties).toBe(false);
    expect(NewAlert.properties.condition.enum).toEqual([
      ...['gt', 'lt', 'crosses_above', 'crosses_below', 'enters', 'leaves'],
    ]);
    expect(NewAlert.properties.ticker).toMatchObject({ type: 'string' });
    expect(NewAlert.properties.target_price.anyOf).toMatchObject([{ type: 'number' }, { type: 'string' }]);
    expect(Registration.properties.email).toMatchObject({ type: 'string', format: 'email' });
    expect((await operation('post', '/api/v1/alerts/')).requestBody).toMatchObject({
      required: true,
      content: { 'application/json': { schema: { $ref: '#/components/schemas/NewAlert' } } },
    });
  });

  it('has the key, every answer and every error', async () => {
    const { components } = await document();
    expect(components.securitySchemes).toMatchObject({
      ApiKey: { type: 'apiKey', in: 'header', name: 'X-API-Key' },
    });
    const create = await operation('post', '/api/v1/alerts/');
    expect(create.security).toEqual([{ ApiKey: [] }]);
    expect(Object.keys(create.responses)).toEqual([
      ...['201', '400', '401', '409', '413', '415', '422', '429', '500', '503'],
    ]);
    expect(Object.keys(create.responses['201']?.headers ?? {})).toEqual([
      ...['RateLimit', 'RateLimit-Policy', 'Idempotency-Replayed'],
    ]);
    const register = await operation('post', '/api/v1/users/register');
    expect(register.security).toEqual([]);
    expect(register.responses['401']).toBeUndefined();
    expect(Object.keys((await operation('delete', '/api/v1/alerts/{id}')).responses)).toContain('404');
  });

  it('refers to nothing that is missing', async () => {
    const whole = await document();
    const references = JSON.stringify(whole).matchAll(/"\$ref":"#\/([^"]+)"/g);
    for (const [, path = ''] of references) {
      expect(path.split('/').reduce((node, key) => node?.[key], whole)).toBeDefined();
    }
  });
});
