import { useApi } from '../api/api';

describe('GET /', () => {
  const api = useApi({ tickers: ['BTC', 'ETH'] });

  /** The addresses of the files that the page names. */
  async function assets(): Promise<string[]> {
    const { text } = await api().ask('GET /');
    return [...text.matchAll(/(?:src|href)="(\/assets\/[^"]+)"/g)].map(([, path]) => path as string);
  }

  it('is a page that runs nothing but its own files', async () => {
    const { status, headers, text } = await api().ask('GET /');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(headers.get('cache-control')).toBe('no-store');
    const policy = headers.get('content-security-policy');
    expect(policy).toContain("default-src 'none'");
    expect(policy).not.toContain('unsafe');
    expect(text).not.toMatch(/<script>|<style|style=|https?:/);
    expect(await assets()).toHaveLength(3);
  });

  it('says which tickers there are', async () => {
    const { text } = await api().ask('GET /');
    const told = /name="pricehook-settings" content="([^"]*)"/.exec(text)?.[1]?.replaceAll('&quot;', '"');
    expect(JSON.parse(told ?? '')).toMatchObject({ tickers: ['BTC', 'ETH'], market: 'replay' });
  });

  it('has files that browsers may keep for good, packed or not', async () => {
    for (const path of await assets()) {
      const get = async (coding: string) => {
        const response = await fetch(api().url + path, { headers: { 'accept-encoding': coding } });
        expect(response.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
        expect(response.headers.get('vary')).toBe('Accept-Encoding');
        expect(response.headers.get('content-encoding')).toBe(coding === 'identity' ? null : coding);
        return Buffer.from(await response.arrayBuffer());
      };
      const plain = await get('identity');
      // fetch unpacks by itself.
      expect(await get('gzip')).toEqual(plain);
      expect(await get('br')).toEqual(plain);
      expect(plain.length).toBeGreaterThan(100);
    }
  });

  it.each(['/assets/nothing.js', '/assets/', '/assets/main.js', '/assets/..%2findex.html', '/index.html'])(
    'answers 404 for %s',
    async (path) => {
      expect((await api().ask(`GET ${path}`)).status).toBe(404);
    },
  );
});
