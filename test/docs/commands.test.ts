import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { type Ask, addUser, type TestUser, useApi } from '../api/api';
import { seedAlert } from '../support/seed';
import { NOT_RUN, RUN_BY } from './accounts';
import { faultOf } from './command-checks';
import { type Block, blocksOf, documents, ROOT, readDocument } from './documents';
import { commandsOf, type Words } from './shell-lines';

const all = documents().flatMap(blocksOf);
const isShell = ({ language }: Block) => ['sh', 'bash', 'shell', 'console'].includes(language);
const placeOf = ({ page, line }: Block) => `${page}:${line}`;
/** docs/operations.md has a mechanism of its own: test/docs/operations/sections.test.ts. */
const runnerOf = ({ page, name, language }: Block) =>
  page === 'docs/operations.md' && name !== undefined
    ? 'test/docs/operations/page.ts'
    : RUN_BY[page]?.[name ?? language];

describe('a block that is said to be run', () => {
  it('is named in the test that runs it, and every name stands for a block', () => {
    for (const [page, runners] of Object.entries(RUN_BY)) {
      const blocks = blocksOf(page).map(({ name, language }) => name ?? language);
      for (const [name, runner] of Object.entries(runners)) {
        expect({ page, blocks }).toEqual({ page, blocks: expect.arrayContaining([name]) });
        expect(existsSync(join(ROOT, runner))).toBe(true);
        expect(readDocument(runner)).toContain(page.split('/').at(-1));
      }
    }
  });

  it('is every one that has a name', () => {
    const nobody = all.filter((block) => block.name !== undefined && runnerOf(block) === undefined);
    // Tables have such comments, too; blocks of commands that only start a stack are checked below.
    expect(nobody.filter((block) => !isShell(block)).map(placeOf)).toEqual([]);
  });
});

describe('a block in another language', () => {
  it('is run, or it is said why not', () => {
    const nobody = all.filter(
      (block) =>
        ['ts', 'js', 'python', 'go', 'sql'].includes(block.language) &&
        runnerOf(block) === undefined &&
        !(`${block.page} ${block.language}` in NOT_RUN),
    );
    expect(nobody.map(placeOf)).toEqual([]);
  });

  it('of JSON can be read', () => {
    for (const block of all.filter(({ language }) => language === 'json'))
      expect(() => JSON.parse(block.text.replaceAll('…', ''))).not.toThrow();
  });

  it('is of a language that is accounted for', () => {
    const known = ['sh', 'bash', 'ts', 'js', 'python', 'go', 'sql', 'json', 'csv', 'toml', 'text', ''];
    expect(all.filter(({ language }) => !known.includes(language)).map(placeOf)).toEqual([]);
  });
});

describe('a block of commands', () => {
  it('is one that a shell can read', () => {
    // `<id>` is for the reader to fill in; to a shell it would be a file.
    const text = all.filter(isShell).map((block) => `{ :\n${block.text.replaceAll(/<[^<>\n]+>/g, 'x')}\n}`);
    execFileSync('bash', ['-n'], { input: text.join('\n') });
  });

  it('has only commands that there are, with options that they have', () => {
    const faults = all
      .filter(isShell)
      .flatMap((block) =>
        commandsOf(block.text).map((words) => ({ at: placeOf(block), words, fault: faultOf(words) })),
      );
    expect(faults.filter(({ fault }) => fault !== undefined)).toEqual([]);
    expect(faults.length).toBeGreaterThan(100);
  });
});

const api = useApi();

/** What a `curl` of the documents asks for. */
function requestOf(words: Words): { request: string; ask: Ask } {
  const option = (name: string) => words[words.indexOf(name, 1) + 1];
  const body = words.includes('-d') ? (option('-d') as string) : undefined;
  const method = words.includes('-X') ? option('-X') : body === undefined ? 'GET' : 'POST';
  const url = words.find((word) => word.includes('localhost:8000')) ?? '';
  const headers = words.filter((_, at) => words[at - 1] === '-H').map((header) => header.split(': '));
  return {
    request: `${method} ${url.replace(/.*localhost:8000/, '')}`,
    ask: { raw: body, headers: Object.fromEntries(headers) },
  };
}

describe('a call of the API', () => {
  let user: TestUser;
  let filled: [RegExp, string][];

  beforeAll(async () => {
    user = await addUser(api().db);
    const alert = await seedAlert(api().db, { userId: user.id, targetPrice: 7 });
    const missing = '00000000-0000-4000-8000-000000000000';
    filled = [
      [/\$KEY/g, user.key],
      [/\$ALERT|(?<=alerts\/)<[^>]+>/g, alert],
      [/\$MESSAGE|msg_…|<msg_…>/g, `msg_${'0'.repeat(32)}`],
      [/<id>/g, missing],
    ];
  });

  it('is one that there is, in a form that it takes', async () => {
    const calls = all.filter(isShell).flatMap((block) =>
      commandsOf(block.text)
        .filter(([program, ...args]) => program === 'curl' && args.join(' ').includes('localhost:8000'))
        .map((words) => ({ at: placeOf(block), words })),
    );
    expect(calls.length).toBeGreaterThan(10);
    const refused: unknown[] = [];
    for (const { at, words } of calls) {
      const fill = (word: string) =>
        filled.reduce((text, [placeholder, value]) => text.replaceAll(placeholder, value), word);
      const { request, ask } = requestOf(words.map(fill));
      // It never ends, and test/docs/stream.test.ts runs it.
      if (request.endsWith('/stream')) continue;
      const { status, json, text } = await api().ask(request, ask);
      // Nobody has fired, failed or been disabled here: that something is not there, in another state, or not
      // done as no worker runs, is all that may be wrong.
      const isMissing = status === 404 && json.detail !== 'Not Found';
      const isRefused = /registered already|not over yet/.test(json?.detail ?? '');
      if (status >= 300 && !isMissing && status !== 409 && !isRefused)
        refused.push({ at, request, status, text });
    }
    expect(refused).toEqual([]);
  });
});

describe('commandsOf', () => {
  it('takes a line apart as a shell does', () => {
    const block = [
      'A=1 npm start --  --port 3 # as ever',
      "(umask 077; curl -d '{\"a\": 1}' x) && export KEY=$(node -p 'f(1)') B=2",
      'temporal workflow list --query "A = \'b\'" \\',
      '  --yes | cat &',
      'source <(pricehook completion zsh) > /dev/null 2>&1',
    ];
    expect(commandsOf(block.join('\n'))).toEqual([
      ['npm', 'start', '--', '--port', '3'],
      ['umask', '077'],
      ['curl', '-d', '{"a": 1}', 'x'],
      ['export', 'KEY=$(…)', 'B=2'],
      ['temporal', 'workflow', 'list', '--query', "A = 'b'", '--yes'],
      ['cat'],
      ['source'],
      ['pricehook', 'completion', 'zsh'],
      ['node', '-p', 'f(1)'],
    ]);
  });
});

describe('faultOf', () => {
  it.each([
    [['npx', 'pricehook', 'listen', '--prot', '9000'], 'it has no --prot'],
    [['npx', 'pricehook', 'listne'], 'there is no pricehook listne'],
    [['npx', 'pricehook', 'help', 'listne'], 'listne is one too many'],
    [['npx', 'pricehook', 'help', 'alerts', 'create'], undefined],
    [['npx', 'pricehook', 'replay', '--from', '2026-01-01'], '--to <time> is missing'],
    [['temporal', 'workflow', 'list', '--limits', '5'], 'temporal workflow list has no --limits'],
    [['npm', 'run', 'banch'], 'package.json has no script banch'],
    [['helm', 'get', 'pods'], 'nobody accounts for helm: see test/docs/accounts.ts'],
  ])('of %j', (words, fault) => expect(faultOf(words)).toBe(fault));
});
