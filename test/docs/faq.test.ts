import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { ROOT, readDocument } from './documents';

const questions = readDocument('docs/faq.md').split(/^### /m).slice(1);
const titleOf = (question: string) => question.slice(0, question.indexOf('\n'));

describe('docs/faq.md', () => {
  it.each(questions.map((question) => [titleOf(question), question]))('%s', (_, question) => {
    const shown = /^Shown by: (.*)$/m.exec(question)?.[1] ?? '';
    const tests = [...shown.matchAll(/`(test\/[\w/.-]+)`(?: "([^"]+)")?/g)];
    // A test or a document; test/docs/links.test.ts looks after links.
    expect(tests.length + (shown.match(/\]\(/g) ?? []).length).toBeGreaterThan(0);
    for (const [, file = '', name] of tests) {
      expect([file, existsSync(join(ROOT, file))]).toEqual([file, true]);
      if (name !== undefined) expect(readDocument(file)).toContain(name);
    }
  });
});
