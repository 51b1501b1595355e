import { checkTemplate, VARIABLES } from '../../src/webhooks/message';

const fault = (template: string | null, format: 'json' | 'slack' = 'json') =>
  checkTemplate({ format, template });

describe('checkTemplate', () => {
  it.each([
    null,
    'BTC!',
    '{{text}}',
    '{{ ticker }} {{#note}}({{note}}){{/note}}{{^note}}-{{/note}}{{! for me }}',
    '{"text":"{{text}}","value":{{value}},"desk":"{{labels.desk}}"}',
    '{{#note}}{"note":"{{note}}"}{{/note}}',
    '["{{type}}"]',
    '[{{ticker}}] is no JSON',
    `"${'x'.repeat(3_998)}"`,
  ])('takes %j', (template) => {
    expect(fault(template)).toBeUndefined();
  });

  it('takes every variable that it names', () => {
    for (const name of Object.keys(VARIABLES)) expect(fault(`{{${name}}}`)).toBeUndefined();
  });

  it.each([
    ['', 'must not be empty'],
    [' \n', 'must not be empty'],
    ['x'.repeat(4_001), '4000 characters at most'],
    [`{{note${' '.repeat(201)}}}`, '200 spaces in a row'],
    ['a\0', 'U+0000'],
    ['\ud800', 'surrogate'],
    ['{{{note}}}', 'Write {{note}} instead of {{{note}}}'],
    ['{{& note}}', 'Write {{note}} instead of {{& note}}'],
    ['{{#note}}{{{note}}}{{/note}}', 'Write {{note}} instead of {{{note}}}'],
    ['{{> other}}', 'no other templates that {{> other}}'],
    ['{{=<% %>=}}<%& note %>', "can't be changed, as {{=<% %>=}} would do"],
    ['{{^note}}{{nope}}{{/note}}', 'There is no {{nope}}: a template may name text, type'],
    ['{{note', "can't be read: Unclosed tag at 6"],
    ['{{#note}}', 'Unclosed section "note"'],
    ['{{/note}}', 'Unopened section "note"'],
    ['{{}}', 'There is no {{}}'],
    ['{{.}}', 'There is no {{.}}'],
    ['{{#labels}}{{.}}{{/labels}}', 'There is no {{#labels}}'],
    ['{{constructor}}', 'There is no {{constructor}}'],
    ['{{text.length}}', 'There is no {{text.length}}'],
    ['{"note": {{note}}}', 'begins as JSON does, but does not make JSON: '],
    [' {"note": "{{note}}",}', 'begins as JSON does'],
  ])('refuses %j', (template, why) => {
    expect(fault(template)).toContain(why);
  });

  it('asks for no JSON of a text', () => {
    expect(fault('{note} {{note}}', 'slack')).toBeUndefined();
  });
});
