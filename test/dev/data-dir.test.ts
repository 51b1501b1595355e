import { chmodSync, mkdirSync, mkdtempSync, rmSync, statSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { prepareDataDir } from '../../src/dev/data-dir';
import { lockDataDir } from '../../src/dev/lock';
import { PlainError } from '../../src/dev/plain-error';

let parent: string;
let dataDir: string;

beforeEach(() => {
  parent = mkdtempSync(join(tmpdir(), 'pricehook-data-dir-'));
  dataDir = join(parent, 'data');
});

afterEach(() => {
  jest.restoreAllMocks();
  rmSync(parent, { recursive: true, force: true });
});

describe('prepareDataDir', () => {
  it('makes a folder to which nobody else may write and which nobody else may list', () => {
    prepareDataDir(dataDir);
    expect(statSync(dataDir).mode & 0o066).toBe(0);
    expect(() => prepareDataDir(dataDir)).not.toThrow();
  });

  it('refuses one to which others may write', () => {
    mkdirSync(dataDir);
    chmodSync(dataDir, 0o777);
    expect(() => prepareDataDir(dataDir)).toThrow(PlainError);
    expect(() => lockDataDir(dataDir)).toThrow(`chmod o-w ${dataDir}`);
  });

  it("refuses somebody else's", () => {
    mkdirSync(dataDir);
    const uid = statSync(dataDir).uid;
    jest.spyOn(process, 'getuid').mockReturnValue(uid + 1);
    expect(() => prepareDataDir(dataDir)).toThrow(PlainError);
    expect(() => lockDataDir(dataDir)).toThrow(
      `${dataDir} belongs to another user (id ${uid}, and this is ${uid + 1})`,
    );
  });

  it('follows a link of ours, and holds its target to the same', () => {
    const target = join(parent, 'elsewhere');
    mkdirSync(target);
    symlinkSync(target, dataDir);
    expect(() => prepareDataDir(dataDir)).not.toThrow();
    chmodSync(target, 0o777);
    expect(() => prepareDataDir(dataDir)).toThrow('Every user of this machine may write');
  });
});
