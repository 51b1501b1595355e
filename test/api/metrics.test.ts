import { useApi } from './api';

describe('GET /metrics', () => {
  const api = useApi();

  it("is Prometheus' text", async () => {
    const { status, text, headers } = await api().ask('GET /metrics');
    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toMatch(/^pricehook_info\{version="[^"]+",market="replay"\} 1$/m);
    expect(text.endsWith('\n')).toBe(true);
    const samples = text.split('\n').filter((line) => line !== '' && !line.startsWith('#'));
    for (const sample of samples) expect(sample).toMatch(/^[a-z_]+(\{[^}]*\})? \d+(\.\d+)?$/);
  });
});
