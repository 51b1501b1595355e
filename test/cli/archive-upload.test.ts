import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { S3_BUCKET, S3_CREDENTIALS, type S3Server, startS3Server } from '../support/s3-server';
import { runPricehook } from './run';

const DAY = ['--from', '2026-11-21', '--to', '2026-11-22'];

describe('pricehook archive upload', () => {
  let server: S3Server;
  let folder: string;
  let env: Record<string, string>;
  beforeAll(async () => {
    server = await startS3Server();
    folder = mkdtempSync(join(tmpdir(), 'pricehook-upload-'));
    env = { DATA_DIR: folder, S3_BUCKET, S3_ENDPOINT: server.endpoint, ...S3_CREDENTIALS };
    archive('2026-11-21/hour=00', 'a\n');
    archive('2026-11-21/hour=23', 'bb\n');
    archive('2026-11-22/hour=00', 'too late\n');
  }, 120_000);
  afterAll(async () => {
    await server?.close();
    rmSync(folder, { recursive: true, force: true });
  });

  function archive(partition: string, content: string): void {
    const path = join(folder, 'archive/replay/processed', `date=${partition}`);
    mkdirSync(path, { recursive: true });
    writeFileSync(join(path, 'BTC.csv'), content);
  }
  const upload = (args: string[], extra = {}) =>
    runPricehook(['archive', 'upload', ...args], { ...env, ...extra });

  it('uploads the hours of a span, tells how it gets on, and leaves alone what is there', async () => {
    const first = await upload(DAY);
    expect(first).toMatchObject({ code: 0 });
    expect(first.stdout).toBe(`\
1 of 2: replay 2026-11-21T00:00:00.000Z
  sent 2 bytes  replay/processed/date=2026-11-21/hour=00/BTC.csv
2 of 2: replay 2026-11-21T23:00:00.000Z
  sent 3 bytes  replay/processed/date=2026-11-21/hour=23/BTC.csv
2 hours: 2 files (5 bytes) sent to market, 0 unchanged
`);
    const again = await upload(DAY);
    expect(again.stdout).toContain('2 hours: 0 files (0 bytes) sent to market, 2 unchanged\n');
  });

  it('replaces what differs with --force only', async () => {
    archive('2026-11-21/hour=23', 'cc\n');
    const refused = await upload(DAY);
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('nothing was overwritten (upload it with --force).\n');
    expect(await upload([...DAY, '--force'])).toMatchObject({ code: 0 });
    const path = join(server.bucketFolder, 'replay/processed/date=2026-11-21/hour=23/BTC.csv');
    expect(readFileSync(path, 'utf8')).toBe('cc\n');
  });

  it('says in a line what is missing or wrong, without a secret', async () => {
    const nowhere = await upload(DAY, { S3_BUCKET: '' });
    expect(nowhere).toMatchObject({ code: 1, stdout: '' });
    expect(nowhere.stderr).toContain('S3_BUCKET is not set: there is nowhere to upload to.\n');
    const refused = await upload(DAY, { AWS_SECRET_ACCESS_KEY: 'not-the-right-one' });
    expect(refused).toMatchObject({ code: 1 });
    expect(refused.stderr).toContain('look at AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY');
    expect(refused.stdout + refused.stderr).not.toContain('not-the-right-one');
  });
});
