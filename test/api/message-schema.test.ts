import type { z } from 'zod';
import { headers, message, toMessageAnswer } from '../../src/api/message-schema';

const faults = (schema: z.ZodType, input: unknown) =>
  schema.safeParse(input).error?.issues.map((issue) => [issue.path.join('.'), issue.message]);

describe('message', () => {
  it.each([
    [{}, { format: 'json', template: null, chatId: null }, { format: 'json' }],
    [
      { format: 'slack', template: '{{text}}' },
      { format: 'slack', template: '{{text}}', chatId: null },
      undefined,
    ],
    [
      { format: 'telegram', chat_id: '@prices' },
      { format: 'telegram', template: null, chatId: '@prices' },
      undefined,
    ],
    [
      { format: 'telegram', chat_id: -1001234567890 },
      { format: 'telegram', template: null, chatId: '-1001234567890' },
      { format: 'telegram', chat_id: '-1001234567890' },
    ],
  ])('takes %j', (input, form, answer) => {
    const parsed = message.parse(input);
    expect(parsed).toEqual(form);
    expect(toMessageAnswer(parsed)).toEqual(answer ?? input);
  });

  it.each<[input: unknown, path: string, why: string]>([
    ['slack', '', 'Must be an object such as {"format":"slack"}'],
    [{ format: 'teams' }, 'format', 'Must be one of json, slack, discord, telegram'],
    [{ format: 'slack', template: '' }, 'template', 'The template must not be empty'],
    [
      { template: '{{{note}}}' },
      'template',
      'Write {{note}} instead of {{{note}}}: all values are escaped for where they stand',
    ],
    [
      { format: 'telegram' },
      'chat_id',
      'Telegram needs to know the chat: its number, or the @name of a channel',
    ],
    [{ format: 'slack', chat_id: '1' }, 'chat_id', 'Only goes with the format telegram, not with slack'],
    ...['', 'prices', '0', '1e5', '@a b', 1.5].map((chat_id): [unknown, string, string] => [
      { format: 'telegram', chat_id },
      'chat_id',
      'Must be the number of a chat such as -1001234567890, or the @name of a channel',
    ]),
  ])('refuses %j', (input, path, why) => {
    expect(faults(message, input)).toEqual([[path, why]]);
  });

  it('refuses unknown fields', () => {
    expect(faults(message, { format: 'json', parse_mode: 'HTML' })).toHaveLength(1);
  });
});

describe('headers', () => {
  it('are taken as they are', () => {
    const given = { Authorization: 'Bearer a.b-c~d+e/f==', 'x-env': 'prod', "!#$%&'*+.^_`|~09-": '"\'{}' };
    expect(headers.parse(given)).toEqual(given);
    expect(headers.parse({})).toEqual({});
  });

  it.each([
    'Host',
    'content-length',
    'Content-Type',
    'Content-Encoding',
    'User-Agent',
    'webhook-id',
    'Webhook-Timestamp',
    'webhook-signature',
    'traceparent',
    'tracestate',
    'baggage',
    'Connection',
    'Keep-Alive',
    'Transfer-Encoding',
    'Upgrade',
    'TE',
    'Trailer',
    'Expect',
    'Proxy-Authorization',
  ])('can not be %s', (name) => {
    const given = JSON.parse(`{"${name}":"x"}`);
    expect(faults(headers, given)).toEqual([
      [name, expect.stringMatching(`The header ${name} can't be set: `)],
    ]);
  });

  it.each(['', 'a b', 'a:b', 'é', 'a\n', '(a)', 'x'.repeat(101)])('can not be named %j', (name) => {
    expect(faults(headers, { [name]: 'x' })).toEqual([[name, expect.stringMatching('1 to 100 letters')]]);
  });

  it.each(['', ' a', 'a ', 'a\r\nX-B: c', 'a\0', 'é', '••••', 'x'.repeat(1_001), 7, null])(
    'can not have the value %j',
    (value) => {
      const found = faults(headers, { 'x-a': value });
      expect(found).toEqual([
        ['x-a', 'Must have 1 to 1000 visible ASCII characters, with spaces only between them'],
      ]);
    },
  );

  it('have no name that would set a prototype', () => {
    expect(faults(headers, JSON.parse('{"__proto__":"x"}'))).toEqual([
      ['"__proto__"', expect.stringMatching('1 to 100 letters')],
    ]);
  });

  it('are ten at most, none of them twice', () => {
    const many = (count: number) =>
      Object.fromEntries(Array.from({ length: count }, (_, index) => [`x-${index}`, 'y'.repeat(1_000)]));
    expect(faults(headers, many(10))).toBeUndefined();
    expect(faults(headers, many(11))).toEqual([['', expect.stringMatching('10 headers at most')]]);
    expect(faults(headers, { 'X-A': '1', 'x-a': '2' })).toEqual([['x-a', 'The header x-a is there twice']]);
    expect(faults(headers, [])).toEqual([['', expect.stringMatching('Must be an object')]]);
  });
});
