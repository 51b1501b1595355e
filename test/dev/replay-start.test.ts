import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { replayStart } from '../../src/dev/replay-start';

const folder = mkdtempSync(join(tmpdir(), 'pricehook-replay-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('the start of a replay', () => {
  it('is the minute of the first start, and stays', () => {
    const first = Date.parse('2026-11-21T10:15:42.123Z');
    expect(replayStart(folder, first)).toBe(Date.parse('2026-11-21T10:15Z'));
    expect(replayStart(folder, first + 86_400_000)).toBe(Date.parse('2026-11-21T10:15Z'));
  });

  it('is asked for where its file says something else', () => {
    const file = join(folder, 'replay-start');
    writeFileSync(file, 'soon');
    expect(() => replayStart(folder)).toThrow(`${file} holds "soon", which is no time; remove it`);
  });
});
