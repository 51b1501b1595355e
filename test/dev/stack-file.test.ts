import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { trackChildren } from '../../src/dev/children';
import { replaceFile, writeStackFile } from '../../src/stack-file';

let folder: string;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-replace-'));
});

afterEach(() => rmSync(folder, { recursive: true, force: true }));

describe('replaceFile', () => {
  it('replaces the text and leaves no draft', () => {
    const file = join(folder, 'file');
    writeFileSync(file, 'old', { mode: 0o644 });
    replaceFile(file, 'new');
    expect(readFileSync(file, 'utf8')).toBe('new');
    expect(statSync(file).mode & 0o777).toBe(0o600);
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it('leaves no draft where it fails', () => {
    mkdirSync(join(folder, 'file'));
    expect(() => replaceFile(join(folder, 'file'), 'text')).toThrow('rename');
    expect(readdirSync(folder)).toEqual(['file']);
  });

  it.each(['stack.json', 'children.json'])('writes %s through no link that was laid there', (name) => {
    const precious = join(folder, 'precious');
    writeFileSync(precious, 'untouched');
    for (const link of [name, `${name}.${process.pid}`]) symlinkSync(precious, join(folder, link));
    trackChildren(folder).spawned('Temporal', process.pid);
    writeStackFile(folder, {
      pid: process.pid,
      databaseUrl: 'postgres://localhost/pricehook',
      temporalAddress: '127.0.0.1:7233',
      temporalNamespace: 'default',
      apiUrl: 'http://127.0.0.1:8000',
      market: 'replay',
      baseUrls: {},
    });
    expect(readFileSync(precious, 'utf8')).toBe('untouched');
    expect(JSON.parse(readFileSync(join(folder, name), 'utf8'))).toBeDefined();
  });
});
