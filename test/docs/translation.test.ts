import { readDocument } from './documents';
import { codeIn, linksIn, markOf, type Part, partsOf } from './translation';

const english = partsOf(readDocument('README.md'));
const russian = partsOf(readDocument('README.ru.md'));
const pairs = english.map((part, at) => [part, russian[at]] as [Part, Part]);
/** The line with which each leads to the other. */
const SWITCH =
  /^(\*\*English\*\* · \[Русский\]\(README\.ru\.md\)|\[English\]\(README\.md\) · \*\*Русский\*\*)$/;

describe('README.ru.md', () => {
  it('has the parts of README.md, in the same order', () => {
    const shape = (parts: Part[]) =>
      parts.map(({ kind, text }) => (kind === 'heading' ? text.replace(/[^#].*/, '') : kind));
    expect(shape(russian)).toEqual(shape(english));
  });

  it('translates every paragraph as it is now', () => {
    // A paragraph has changed: translate the change, and put the new mark into the comment before it.
    const stale = pairs
      .filter(
        ([own, other]) => own.kind !== 'code' && !SWITCH.test(own.text) && other.from !== markOf(own.text),
      )
      .map(([own, other]) => `<!-- en: ${markOf(own.text)} -->, not ${other.from}: ${own.text.slice(0, 60)}`);
    expect(stale).toEqual([]);
  });

  it('has the same code, byte for byte, in blocks and in lines', () => {
    const blocks = (parts: Part[]) => parts.filter(({ kind }) => kind === 'code').map(({ text }) => text);
    expect(blocks(russian)).toEqual(blocks(english));
    for (const [own, other] of pairs) expect(codeIn(other.text)).toEqual(codeIn(own.text));
  });

  it('leads to the same places', () => {
    for (const [own, other] of pairs)
      if (!SWITCH.test(own.text)) expect(linksIn(other.text)).toEqual(linksIn(own.text));
  });

  it('has as many rows in each table, and as many cells in each row', () => {
    const cells = ({ text }: Part) => text.split('\n').map((row) => row.split('|').length);
    for (const [own, other] of pairs) if (own.kind === 'table') expect(cells(other)).toEqual(cells(own));
  });

  it('is in Russian', () => {
    const said = russian.filter(
      ({ kind, text }) => ['text', 'table', 'list'].includes(kind) && !SWITCH.test(text),
    );
    for (const { text } of said) expect(text).toMatch(/[а-яё]/i);
  });
});

describe('what a translation is held to', () => {
  it('notices another word, and no other line break', () => {
    expect(markOf('One firing,\n  one message.')).toBe(markOf('One firing, one message.'));
    expect(markOf('One firing, two messages.')).not.toBe(markOf('One firing, one message.'));
  });

  it('tells parts from each other, and takes a block for one', () => {
    const text =
      '# A\n\n<!-- en: 12345678 -->\nText\nof two lines\n```sh\n# no heading\n\nls\n```\n\n| a |\n| - |\n';
    expect(partsOf(text)).toEqual([
      { kind: 'heading', text: '# A' },
      { kind: 'text', text: 'Text\nof two lines', from: '12345678' },
      { kind: 'code', text: '```sh\n# no heading\n\nls\n```' },
      { kind: 'table', text: '| a |\n| - |' },
    ]);
  });
});
