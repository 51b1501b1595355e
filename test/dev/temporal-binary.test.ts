import { chmodSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { findTemporalCli } from '../../src/dev/temporal-binary';

const real = process.env.TEST_TEMPORAL_CLI as string;
let folder: string;
let path: string | undefined;

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'pricehook-binary-'));
  path = process.env.PATH;
});

afterEach(() => {
  process.env.PATH = path;
  rmSync(folder, { recursive: true, force: true });
});

function putOnPath(script: string): string {
  const file = join(folder, 'temporal');
  writeFileSync(file, `#!/bin/sh\n${script}\n`);
  chmodSync(file, 0o755);
  process.env.PATH = [folder, path].join(delimiter);
  return file;
}

describe('findTemporalCli', () => {
  it('takes the one of the settings, and says so', async () => {
    const log = jest.fn();
    expect(await findTemporalCli({ explicitPath: real, log })).toBe(real);
    expect(log.mock.calls).toEqual([[`Temporal CLI: ${real} (TEMPORAL_CLI_PATH)`]]);
  });

  it('refuses one of the settings that is no Temporal CLI', async () => {
    const ls = putOnPath('echo "something else 9.1"');
    await expect(findTemporalCli({ explicitPath: ls })).rejects.toThrow(
      `TEMPORAL_CLI_PATH is "${ls}", which can't be used: it says "something else 9.1"`,
    );
  });

  it('takes a recent one from the PATH', async () => {
    const file = putOnPath(`exec "${real}" "$@"`);
    const log = jest.fn();
    expect(await findTemporalCli({ log })).toBe(file);
    expect(log.mock.calls).toEqual([[`Temporal CLI: ${file} (from the PATH)`]]);
  });

  it('passes over an old one on the PATH', async () => {
    const file = putOnPath('echo "temporal version 1.1.2 (Server 1.25.2, UI 2.31.2)"');
    const log = jest.fn();
    expect(await findTemporalCli({ log })).not.toBe(file);
    expect(log.mock.calls[0][0]).toMatch(/passed over: .* 1\.6 or newer is needed/);
  });
});
