import fc from 'fast-check';
import { checkWebhookUrl, readWebhookUrl, WebhookUrlError } from '../../src/webhooks/address';
import { FORBIDDEN, FORBIDDEN_URLS, FORBIDDEN_V4, PUBLIC } from './forbidden';
import { PUBLIC_ONLY, resolvesTo, unresolvable, WITH_LOOPBACK } from './servers';

const publicHost = resolvesTo('93.184.215.14', '2606:4700:4700::1111');
const urlOf = (address: string) => `https://${address.includes(':') ? `[${address}]` : address}/hook`;

describe('checkWebhookUrl', () => {
  it.each([
    'https://hooks.example.com/alerts?key=1#part',
    'http://hooks.example.com:8080/',
    'HTTPS://Hooks.Example.COM',
    'https://hooks.example.com.',
    'https://bücher.example/',
    'https://hooks.example.com/@user/a%20b',
  ])('accepts %s', async (url) => {
    await expect(checkWebhookUrl(url, PUBLIC_ONLY, publicHost)).resolves.toBeUndefined();
  });

  it('accepts a name with an umlaut however often it has read one before', async () => {
    // As many as it takes V8 to optimise the reader.
    for (let round = 0; round < 20_000; round += 1) readWebhookUrl('https://bücher.example/');
    await expect(
      checkWebhookUrl('https://bücher.example/', PUBLIC_ONLY, publicHost),
    ).resolves.toBeUndefined();
  });

  it.each(PUBLIC)('accepts the address %s', async (address) => {
    await expect(checkWebhookUrl(urlOf(address), PUBLIC_ONLY)).resolves.toBeUndefined();
  });

  it.each(FORBIDDEN_URLS)('refuses $spelling', async ({ url, reason }) => {
    const refusal = checkWebhookUrl(url, PUBLIC_ONLY, async (name) =>
      resolvesTo(name === 'localhost' ? '127.0.0.1' : '93.184.215.14')(name),
    );
    await expect(refusal).rejects.toThrow(WebhookUrlError);
    await expect(refusal).rejects.toThrow(new Error(reason));
  });

  it('lets through only what WEBHOOK_ALLOWED_PORTS names', async () => {
    const check = (port: number, allowedPorts: number[]) =>
      checkWebhookUrl(`https://hooks.example.com:${port}/`, { ...PUBLIC_ONLY, allowedPorts }, publicHost);
    for (const port of [22, 25, 6379, 7233, 8000, 8233, 65535]) {
      await expect(check(port, PUBLIC_ONLY.allowedPorts as number[])).rejects.toThrow(
        `Port ${port} is not one that webhooks may use: 80, 443, 8080, 8443.`,
      );
      await expect(check(port, [port])).resolves.toBeUndefined();
    }
    await expect(check(443, [9000])).rejects.toThrow('Port 443 is not one that webhooks may use: 9000.');
  });

  it.each(FORBIDDEN)('refuses $address of $block, itself and behind a name', async ({ address }) => {
    await expect(checkWebhookUrl(urlOf(address), PUBLIC_ONLY)).rejects.toThrow(WebhookUrlError);
    const byName = checkWebhookUrl('https://hooks.example.com/', PUBLIC_ONLY, resolvesTo(address));
    await expect(byName).rejects.toThrow(
      'hooks.example.com resolves to an address that webhooks may not reach.',
    );
  });

  it('refuses a name when one address among several is bad', async () => {
    const mixed = resolvesTo('93.184.215.14', '10.0.0.1', '1.1.1.1');
    await expect(checkWebhookUrl('https://hooks.example.com/', PUBLIC_ONLY, mixed)).rejects.toThrow(
      WebhookUrlError,
    );
  });

  it('refuses every way to write a forbidden IPv4 address', async () => {
    const spellings: ((parts: number[]) => string)[] = [
      (parts) => parts.join('.'),
      (parts) => String(parts.reduce((sum, part) => sum * 256 + part, 0)),
      (parts) => parts.map((part) => `0${part.toString(8)}`).join('.'),
      (parts) => parts.map((part) => `0x${part.toString(16)}`).join('.'),
      ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${b}.${c * 256 + d}`,
      ([a = 0, b = 0, c = 0, d = 0]) => `${a}.${(b * 256 + c) * 256 + d}`,
      (parts) => [...parts.join('.')].map((digit) => `%${digit.charCodeAt(0).toString(16)}`).join(''),
      (parts) => `${parts.join('.')}.`,
      (parts) => `[::ffff:${parts.join('.')}]`,
    ];
    await fc.assert(
      fc.asyncProperty(
        fc.constantFrom(...Object.values(FORBIDDEN_V4).flat()),
        fc.constantFrom(...spellings),
        async (address, spell) => {
          const url = `http://${spell(address.split('.').map(Number))}/`;
          await expect(checkWebhookUrl(url, PUBLIC_ONLY, publicHost)).rejects.toThrow(WebhookUrlError);
        },
      ),
    );
  });

  it('accepts a name that does not resolve, or has no addresses', async () => {
    const url = 'https://hooks.example.com/';
    await expect(checkWebhookUrl(url, PUBLIC_ONLY, unresolvable)).resolves.toBeUndefined();
    await expect(checkWebhookUrl(url, PUBLIC_ONLY, async () => [])).resolves.toBeUndefined();
  });

  it('accepts localhost where all its addresses lie in the allowed networks, and only there', async () => {
    const check = (addresses: string[], allowedNetworks: string[]) =>
      checkWebhookUrl(
        'http://localhost:9000/',
        { ...PUBLIC_ONLY, allowedNetworks },
        resolvesTo(...addresses),
      );
    await expect(check(['127.0.0.1', '::1'], ['127.0.0.0/8', '::1/128'])).resolves.toBeUndefined();
    await expect(check(['127.0.0.1', '::1'], ['127.0.0.0/8'])).rejects.toThrow(WebhookUrlError);
    await expect(check([], ['127.0.0.0/8'])).rejects.toThrow(WebhookUrlError);
    await expect(check(['93.184.215.14'], ['127.0.0.0/8'])).rejects.toThrow(WebhookUrlError);
  });

  it('allows any port inside the allowed networks, and only the listed ones elsewhere', async () => {
    const check = (url: string, ...addresses: string[]) =>
      checkWebhookUrl(url, WITH_LOOPBACK, resolvesTo(...addresses));
    await expect(check('http://127.0.0.1:9000/')).resolves.toBeUndefined();
    await expect(check('http://hooks.example.com:9000/', '127.0.0.1')).resolves.toBeUndefined();
    await expect(check('http://1.1.1.1:9000/')).rejects.toThrow('Port 9000 is not one that webhooks may use');
    await expect(check('http://hooks.example.com:9000/', '127.0.0.1', '1.1.1.1')).rejects.toThrow(
      'Port 9000',
    );
    await expect(checkWebhookUrl('http://a.example:9000/', WITH_LOOPBACK, unresolvable)).rejects.toThrow(
      'Port 9000',
    );
  });

  it('keeps *.local and dotless names out of the allowed networks too', async () => {
    for (const url of ['http://printer.local/', 'http://intranet/', 'http://a.localhost/']) {
      await expect(checkWebhookUrl(url, WITH_LOOPBACK, resolvesTo('127.0.0.1'))).rejects.toThrow(
        WebhookUrlError,
      );
    }
  });

  it('reads an IPv4 address however it is written before it looks into the allowed networks', async () => {
    await expect(checkWebhookUrl('http://0x7f.1:9000/', WITH_LOOPBACK)).resolves.toBeUndefined();
  });
});
