import { SOURCE_NAMES } from './adapters';
import { type ErrorCase, errorBody, expectLost, row } from './lost-replies';

const CAPTCHA = '<!DOCTYPE html><html><head><title>Attention Required! | Cloudflare</title></head></html>';
const LIMITED_PAGE =
  '<!DOCTYPE html><html><head><title>Access denied | api.example.com used Cloudflare to restrict access</title></head>' +
  '<body><h1>Error 1015</h1><h2>You are being rate limited</h2></body></html>';

/** Bodies that can stand between us and any source. */
const ANY: ErrorCase[] = [
  ['502 of Tengine', { status: 502, body: errorBody('http-502-tengine.html') }, 'unavailable'],
  ['503 of nginx', { status: 503, body: errorBody('http-503-nginx.html') }, 'unavailable'],
  ['503 with Retry-After', { status: 503, headers: { 'retry-after': '60' }, body: '{}' }, 'unavailable'],
  [
    '520 of Cloudflare',
    { status: 520, body: errorBody('kraken-520-cloudflare-truncated.html') },
    'unavailable',
  ],
  ['408 in plain text', { status: 408, body: errorBody('http-408-plain-text.txt') }, 'timed_out'],
  [
    'challenge page with 503',
    { status: 503, body: errorBody('cloudflare-js-challenge-head.html') },
    'blocked',
  ],
  ['challenge page with 200', { body: errorBody('cloudflare-js-challenge-head.html') }, 'blocked'],
  ['captcha page with 403', { status: 403, body: CAPTCHA }, 'blocked'],
  ['captcha page with 200', { body: CAPTCHA }, 'blocked'],
  [
    'challenge told by its header alone',
    { headers: { 'cf-mitigated': 'challenge' }, body: '<html></html>' },
    'blocked',
  ],
  ['403 in JSON', { status: 403, body: '{}' }, 'blocked'],
  ['451', { status: 451, body: '' }, 'blocked'],
  [
    '429 with an HTTP date',
    { status: 429, headers: { 'retry-after': 'Mon, 24 Aug 2026 00:01:30 GMT' }, body: '' },
    'rate_limited',
    90_000,
  ],
  [
    '429 with a challenge page',
    { status: 429, body: errorBody('cloudflare-js-challenge-head.html') },
    'rate_limited',
  ],
  ['429 of nginx with 503', { status: 503, body: '<h1>Too Many Requests</h1>' }, 'rate_limited'],
  ['1015 of Cloudflare with 403', { status: 403, body: LIMITED_PAGE }, 'rate_limited'],
  ['418', { status: 418, body: '' }, 'rate_limited'],
  ['web page with 200', { body: '<html><body>Welcome to the hotel network</body></html>' }, 'malformed'],
  ['redirect', { status: 302, headers: { location: 'https://login.example.com/' }, body: '' }, 'malformed'],
  ['404 page', { status: 404, body: '<h1>Not Found</h1>' }, 'malformed'],
  ['text with 200', { body: 'OK' }, 'malformed'],
  ['cut JSON', { body: '{"error":[],"result":{"XXBTZUSD":{"c":["858' }, 'malformed'],
  ['JSON of another form', { body: '"BTC"' }, 'malformed'],
  ['null', { body: 'null' }, 'malformed'],
  ['nothing with 200', { body: '' }, 'empty'],
  ['204', { status: 204 }, 'empty'],
];

describe.each(SOURCE_NAMES)('between us and %s', (source) => {
  test.each(ANY.map(row))('$name', async (rest) => {
    await expectLost(source, rest);
  });
});
