import type { SourceName } from '../../../src/domain/quote';
import { type ErrorCase, errorBody, expectLost, NOW_MS, row } from './lost-replies';

/** Bodies of one source's own, by which its whole reply is lost. */
const OWN: [source: SourceName, ...ErrorCase][] = [
  [
    'binance',
    '403 of CloudFront',
    { status: 403, body: errorBody('binance-403-cloudfront.html') },
    'blocked',
  ],
  [
    'binance',
    '451',
    { status: 451, body: '{"code":0,"msg":"Service unavailable from a restricted location"}' },
    'blocked',
  ],
  [
    'binance',
    '418 with the end of the ban',
    { status: 418, body: errorBody('binance-418-1003-banned.json') },
    'rate_limited',
    1787546698129 - NOW_MS,
  ],
  [
    'binance',
    '418 with an end that is past',
    { status: 418, body: errorBody('binance-418-1003-banned-2018.json') },
    'rate_limited',
  ],
  [
    'binance',
    '418 with Retry-After',
    { status: 418, headers: { 'retry-after': '60' }, body: errorBody('binance-418-1003-banned.json') },
    'rate_limited',
    60_000,
  ],
  ['binance', '429', { status: 429, body: errorBody('binance-429-1003.json') }, 'rate_limited'],
  [
    'binance',
    '429 with Retry-After',
    { status: 429, headers: { 'retry-after': '7' }, body: errorBody('binance-429-1003.json') },
    'rate_limited',
    7_000,
  ],
  [
    'binance',
    'a server error of its own',
    { status: 400, body: '{"code":-1001,"msg":"Internal error"}' },
    'unavailable',
  ],
  ['binance', 'an empty list', { body: '[]' }, 'empty'],
  [
    'coingecko',
    '429',
    { status: 429, headers: { 'retry-after': '119' }, body: errorBody('coingecko-429.json') },
    'rate_limited',
    119_000,
  ],
  [
    'coingecko',
    '429 in plain text',
    { status: 429, body: errorBody('coingecko-429-throttled.txt') },
    'rate_limited',
  ],
  ['coingecko', '"Throttled" with 200', { body: errorBody('coingecko-429-throttled.txt') }, 'rate_limited'],
  [
    'coingecko',
    'a rate limit in the body of a 200',
    { body: errorBody('coingecko-429.json') },
    'rate_limited',
  ],
  ['coingecko', '422', { status: 422, body: errorBody('coingecko-422-missing-parameter.json') }, 'malformed'],
  ['coingecko', '500', { status: 500, body: errorBody('coingecko-500.json') }, 'unavailable'],
  [
    'coingecko',
    'a refused plan',
    { status: 400, body: '{"error":{"status":{"error_code":10010,"error_message":"no"}}}' },
    'blocked',
  ],
  ['coingecko', 'an empty table', { body: '{}' }, 'empty'],
  ['coinbase', '429', { status: 429, body: '{"message":"Public rate limit exceeded"}' }, 'rate_limited'],
  ['kraken', 'too many requests', { body: errorBody('kraken-too-many-requests.json') }, 'rate_limited'],
  ['kraken', 'a lockout', { body: '{"error":["EGeneral:Temporary lockout"]}' }, 'rate_limited'],
  ['kraken', 'a busy service', { body: '{"error":["EService:Busy"]}' }, 'unavailable'],
  ['kraken', 'a refused argument', { body: '{"error":["EGeneral:Invalid arguments"]}' }, 'malformed'],
  ['kraken', '520', { status: 520, body: errorBody('kraken-520-cloudflare-truncated.html') }, 'unavailable'],
  ['kraken', 'no results', { body: '{"error":[],"result":{}}' }, 'empty'],
  ['okx', '50011', { status: 429, body: '{"msg":"Too Many Requests","code":"50011"}' }, 'rate_limited'],
  [
    'okx',
    '50011 with 200',
    { body: '{"msg":"Requests too frequent.","code":"50011","data":[]}' },
    'rate_limited',
  ],
  ['okx', '50013', { body: '{"code":"50013","msg":"System is busy","data":[]}' }, 'unavailable'],
  [
    'okx',
    'a 404 with a number as its code',
    { status: 404, body: '{"code":404,"data":{},"msg":"Not Found"}' },
    'malformed',
  ],
  ['bybit', '10006 with 200', { body: errorBody('bybit-10006-too-many-visits.json') }, 'rate_limited'],
  [
    'bybit',
    '10018 with 403',
    { status: 403, body: '{"retCode":10018,"retMsg":"Exceeded the IP Rate Limit."}' },
    'rate_limited',
  ],
  ['bybit', '403 for too many requests', { status: 403, body: 'access too frequent' }, 'rate_limited'],
  ['bybit', '10016', { body: '{"retCode":10016,"retMsg":"Server error","result":{}}' }, 'unavailable'],
  ['bybit', '10009', { body: '{"retCode":10009,"retMsg":"IP has been banned.","result":{}}' }, 'blocked'],
];

describe('an error in the own form of', () => {
  test.each(OWN.map(([source, ...rest]) => ({ source, ...row(rest) })))(
    '$source: $name',
    async ({ source, ...rest }) => {
      await expectLost(source, rest);
    },
  );
});
