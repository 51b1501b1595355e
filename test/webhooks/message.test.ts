import fc from 'fast-check';
import type { MessageForm, MessageFormat } from '../../src/domain/message';
import { type MessageData, renderMessage, sampleMessage, TEXT_LIMITS } from '../../src/webhooks/message';

const form = (
  format: MessageFormat,
  template: string | null = null,
  chatId: string | null = null,
): MessageForm => ({ format, template, chatId });

const FIRED: MessageData = {
  type: 'alert.triggered',
  timestamp: '2026-03-01T12:00:01.000Z',
  alert_id: '7b0f9a54-2f63-4d5b-9a39-0a3f9c1f1f10',
  ticker: 'BTC',
  metric: 'price',
  condition: 'crosses_above',
  threshold: 65_000,
  value: 65_123.4,
  triggered_price: 65_123.4,
  triggered_at: '2026-03-01T12:00:00.000Z',
  firing_number: 1,
};
const HOSTILE = 'say "hi" \\ <!channel> @everyone & {{note}} </a>\r\n\u0007\u202egnp.exe\u2028\ud83d\ude00';

const sent = (how: MessageForm | null, data: MessageData) => JSON.parse(renderMessage(how, data).body);

describe('a message', () => {
  it('is the event as JSON without a form, and with one that says no more', () => {
    for (const how of [null, form('json')])
      expect(renderMessage(how, FIRED)).toEqual({
        body: JSON.stringify(FIRED),
        contentType: null,
        problem: null,
      });
  });

  it('is a text for Slack, Discord and Telegram', () => {
    const text = 'BTC rose above 65,000: 65,123.4\nSell';
    const data = { ...FIRED, note: 'Sell' };
    expect(sent(form('slack'), data)).toEqual({ text });
    expect(sent(form('discord'), data)).toEqual({ content: text, allowed_mentions: { parse: [] } });
    expect(sent(form('telegram', null, '-1001234567890'), data)).toEqual({ chat_id: -1001234567890, text });
    expect(sent(form('telegram', null, '@prices'), data)).toEqual({ chat_id: '@prices', text });
  });

  it('shows what people wrote as they wrote it, and calls nobody', () => {
    const note = 'say "hi" \\ <!channel> @everyone & {{note}} </a>\ngnp.exe\u2028\ud83d\ude00';
    const data = { ...FIRED, note: HOSTILE };
    expect(sent(form('discord', '{{note}}'), data)).toEqual({
      content: note,
      allowed_mentions: { parse: [] },
    });
    expect(sent(form('telegram', '{{note}}', '1'), data).text).toBe(note);
    expect(sent(form('slack', '<!here> {{note}}'), data).text).toBe(
      `<!here> ${note.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;')}`,
    );
    expect(sent(form('slack'), data).text).not.toContain('<!');
  });

  it.each([
    ['discord', 'content'],
    ['telegram', 'text'],
  ] as const)('is cut to what %s takes', (format, field) => {
    const data = { ...FIRED, note: '\ud83d\ude00'.repeat(225) };
    const text = sent(form(format, '{{note}}'.repeat(50), '1'), data)[field];
    // Of two units each: what is left beside the dots has room for half of one, which is none.
    expect(text === `${'\ud83d\ude00'.repeat(TEXT_LIMITS[format] / 2 - 1)}…`).toBe(true);
  });

  it('for Slack is not cut within a character that is escaped', () => {
    for (const shift of ['', 'a', 'aa', 'aaa', 'aaaa']) {
      const { text } = sent(form('slack', `${shift}${'{{note}}'.repeat(25)}`), {
        ...FIRED,
        note: '&'.repeat(400),
      });
      expect(text.replaceAll('&amp;', '')).toBe(`${shift}…`);
      expect(text.length).toBeGreaterThan(TEXT_LIMITS.slack - 10);
    }
  });

  it('without a word falls back to the usual text', () => {
    expect(renderMessage(form('telegram', ' {{note}} ', '1'), FIRED)).toEqual({
      body: '{"chat_id":1,"text":"BTC rose above 65,000: 65,123.4"}',
      contentType: null,
      problem: 'The message would be empty',
    });
    expect(renderMessage(form('json', '{{note}}'), FIRED)).toMatchObject({
      body: JSON.stringify(FIRED),
      contentType: null,
    });
  });
});

describe('a template of the whole body', () => {
  const JSON_TEMPLATE =
    '{"text": "{{text}}", "note": "{{note}}", "price": {{price}}{{#labels.desk}}, "desk": "{{labels.desk}}"{{/labels.desk}}}';

  it('makes JSON, whatever its values hold', () => {
    const how = form('json', JSON_TEMPLATE);
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.string(), (note, desk) => {
        const data = { ...FIRED, note, labels: { desk } };
        const { body, contentType, problem } = renderMessage(how, data);
        expect({ contentType, problem }).toEqual({ contentType: null, problem: null });
        expect(JSON.parse(body)).toMatchObject({ note, price: 65_123.4, ...(desk !== '' && { desk }) });
      }),
    );
    expect(sent(how, { ...FIRED, note: HOSTILE }).note).toBe(HOSTILE);
  });

  it('makes plain text where it is no JSON, with its values as they can be shown', () => {
    expect(
      renderMessage(form('json', '{{ticker}}: {{note}}'), { ...FIRED, note: 'a "b"\r\n\u0000c' }),
    ).toEqual({
      body: 'BTC: a "b"\nc',
      contentType: 'text/plain; charset=utf-8',
      problem: null,
    });
    // Of one type of content, even where a message happens to be JSON.
    expect(renderMessage(form('json', '{{note}}'), { ...FIRED, note: '1' }).contentType).toMatch(
      'text/plain',
    );
  });

  it('falls back to the event where what it says nothing of leaves a gap', () => {
    const { body, contentType, problem } = renderMessage(form('json', JSON_TEMPLATE), {
      type: 'alert.expired',
      ticker: 'BTC',
      metric: 'change_1h',
    });
    expect(JSON.parse(body)).toEqual({ type: 'alert.expired', ticker: 'BTC', metric: 'change_1h' });
    expect(contentType).toBeNull();
    expect(problem).toMatch('JSON');
  });

  it('falls back where it would get too long, and does not multiply', () => {
    const data = { ...FIRED, note: '\u0001'.repeat(500), labels: { a: 'a', b: 'b' } };
    const { body, problem } = renderMessage(form('json', `["${'{{note}}'.repeat(400)}"]`), data);
    expect(body).toBe(JSON.stringify(data));
    expect(problem).toMatch('more than 50 kB');
    const nested = `${'{{#note}}'.repeat(150)}{{ticker}}${'{{/note}}'.repeat(150)}`;
    expect(renderMessage(form('json', nested), { ...data, note: ['a', 'b'] }).problem).toMatch('empty');
    expect(renderMessage(form('json', nested), data).body).toBe('BTC');
  });

  it('sees fields of the message only', () => {
    const template =
      'x{{labels.__proto__}}{{labels.constructor}}{{labels.toString}}{{#labels.a.b}}{{labels.a.b}}{{/labels.a.b}}';
    expect(renderMessage(form('json', template), { ...FIRED, labels: { 'a.b': 'c' } }).body).toBe('xc');
  });

  it('names thresholds and prices of every kind of alert', () => {
    const template = '{{threshold}}|{{target_price}}|{{lower}}|{{upper}}|{{value}}|{{price}}|{{metric}}';
    const lines = (data: MessageData) => renderMessage(form('json', template), data).body;
    expect(lines({ target_price: 7, triggered_price: 8 })).toBe('7|7|||8|8|price');
    expect(lines({ metric: 'change_1h', threshold: 5, value: 6, triggered_price: 8 })).toBe(
      '5||||6|8|change_1h',
    );
    expect(lines({ metric: 'price', range: [1, 2], value: 1.5 })).toBe('||1|2|1.5|1.5|price');
    expect(lines({ threshold: 0, value: 0, metric: 'zscore_1h' })).toBe('0||||0||zscore_1h');
  });
});

describe('a sample', () => {
  it('is a firing just beyond the threshold, of what is known of the alert', () => {
    const { body } = sampleMessage(form('slack'), {
      ticker: 'ETH',
      metric: 'change_1h',
      condition: 'lt',
      threshold: -5,
      note: 'Buy',
    });
    expect(JSON.parse(body).text).toBe(
      'The change of ETH over an hour is below -5 %: -5.01 % (price: 65,123.4)\nBuy',
    );
    expect(
      JSON.parse(sampleMessage(null, { ticker: 'BTC', condition: 'enters', range: [1, 3] }).body),
    ).toMatchObject({
      type: 'alert.triggered',
      value: 2,
      firing_number: 1,
    });
  });
});
