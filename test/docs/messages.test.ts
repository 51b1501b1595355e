import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { headers, message } from '../../src/api/message-schema';
import { sampleMessage, VARIABLES } from '../../src/webhooks/message';
import { maskedHeaders } from '../../src/webhooks/own-headers';
import { blockNamed } from './documents';

const PAGE = 'docs/messages.md';

/** What the body of a request sends when it fires as the page says. */
function sentBy(name: string) {
  const { message: form, webhook_url, headers: _, ...alert } = JSON.parse(blockNamed(PAGE, name));
  expect(new URL(webhook_url).protocol).toBe('https:');
  const fired = { ...alert, value: 65_123.4, triggered_price: 65_123.4 };
  return sampleMessage(message.parse(form), fired);
}

describe('docs/messages.md', () => {
  it.each(['slack', 'discord', 'telegram', 'json'])('shows what %s sends', (name) => {
    const { body, contentType, problem } = sentBy(name);
    expect(JSON.parse(body)).toEqual(JSON.parse(blockNamed(PAGE, `${name}.sent`)));
    expect([contentType, problem]).toEqual([null, null]);
  });

  it('shows what a template that is no JSON sends', () => {
    expect(sentBy('text')).toEqual({
      body: blockNamed(PAGE, 'text.sent').trimEnd(),
      contentType: 'text/plain; charset=utf-8',
      problem: null,
    });
  });

  it('shows headers as they are taken and shown', () => {
    const given = headers.parse(JSON.parse(blockNamed(PAGE, 'headers')).headers);
    expect(maskedHeaders(given)).toEqual(JSON.parse(blockNamed(PAGE, 'masked')));
  });

  it('names every variable, with what it is', () => {
    const text = readFileSync(join(__dirname, '../..', PAGE), 'utf8');
    const [, table = ''] = /<!-- variables -->\n((?:\|.*\n)+)/.exec(text) ?? [];
    const rows = [...table.matchAll(/^\| `([^`]+)` +\| (.+?) +\|$/gm)].map(([, name, is]) => [name, is]);
    expect(Object.fromEntries(rows)).toEqual({ ...VARIABLES, 'labels.<name>': 'One of the alert’s labels' });
  });
});
