import { factsText, jsonText, tableText } from '../../src/cli/table';

const ROWS = [
  ['BTC', 65_420.15, null],
  ['DOGE', 0.1, 'a\x1b[2Jb\tc\nd\u009b'],
];
const HEADING = ['TICKER', 'PRICE', 'NOTE'];

describe('tableText', () => {
  it('writes columns under a heading on a terminal, coloured only where that is wished', () => {
    const plain = tableText(HEADING, ROWS, { isTerminal: true, colour: false });
    expect(plain).toBe(
      'TICKER  PRICE     NOTE\nBTC     65420.15  -\nDOGE    0.1       a\\u001b[2Jb\\u0009c d\\u009b\n',
    );
    const coloured = tableText(HEADING, ROWS, { isTerminal: true, colour: true });
    expect(coloured).toBe(plain.replace('TICKER  PRICE     NOTE', '\x1b[1mTICKER  PRICE     NOTE\x1b[22m'));
  });

  it('writes a line each with tabs on a pipe', () => {
    expect(tableText(HEADING, ROWS, { isTerminal: false, colour: false })).toBe(
      'BTC\t65420.15\t-\nDOGE\t0.1\ta\\u001b[2Jb\\u0009c d\\u009b\n',
    );
  });
});

describe('factsText and jsonText', () => {
  it('let nothing steer the terminal', () => {
    expect(
      factsText([
        ['a', '\x1b[0m'],
        ['long', null],
      ]),
    ).toBe('a     \\u001b[0m\nlong  -\n');
    expect(jsonText({ a: '\x1b\u009b' })).toBe('{"a":"\\u001b\\u009b"}\n');
  });
});
