import { join } from 'node:path';
import type { Command } from 'commander';
import { openBucket } from '../s3/bucket';
import { archivedHours } from '../s3/hour-files';
import { S3Error } from '../s3/s3-error';
import { type UploadedHour, uploadHourTo } from '../s3/upload-hour';
import { loadSettings } from '../settings';
import { timeMs } from './arguments';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { EXIT } from './exit-codes';
import { jsonText } from './table';

interface Flags {
  from: number;
  to: number;
  force?: boolean;
  json?: boolean;
}

/** Adds `upload` to `pricehook archive`: it has S3 hold the archive of a span, whatever was uploaded of it before. */
export function registerArchiveUpload(archive: Command): void {
  const command = archive
    .command('upload')
    .description('upload the archived hours of a span to S3_BUCKET; what is there already is left alone')
    .requiredOption('--from <time>', 'from this hour on, such as 2026-11-21 or 2026-11-21T22:00Z', timeMs)
    .requiredOption('--to <time>', 'until before this hour', timeMs)
    .option('--force', 'replace objects that are not what is archived')
    .option('--json', 'print one JSON object at the end, instead of a line for each file')
    .action(upload);
  withExamples(command, [
    'pricehook archive upload --from 2026-11-21 --to 2026-11-22',
    'pricehook archive upload --from 2026-11-21T22:00Z --to 2026-11-22T00:00Z --force --json',
  ]);
}

async function upload({ from, to, force, json }: Flags): Promise<void> {
  const say = (line: string) => !json && process.stdout.write(`${line}\n`);
  if (from >= to)
    throw new CommandError('--from is not before --to: there is nothing in between.', EXIT.usage);
  const { config } = loadSettings();
  const bucket = openBucket(config);
  if (bucket === undefined) throw new CommandError('S3_BUCKET is not set: there is nowhere to upload to.');
  const folder = join(config.dataDir, 'archive');
  const stopping = new AbortController();
  const stop = () => stopping.abort(new CommandError('Stopped; run it again to go on.', EXIT.interrupted));
  process.once('SIGINT', stop);
  try {
    const hours = await archivedHours(folder, from, to);
    const sum: UploadedHour = { sent: 0, bytes: 0, unchanged: 0 };
    for (const [index, { market, hourMs }] of hours.entries()) {
      const onFile = ({ key, sent, bytes }: { key: string; sent: boolean; bytes: number }) =>
        say(`  ${sent ? `sent ${bytes} bytes` : 'unchanged'}  ${key}`);
      say(`${index + 1} of ${hours.length}: ${market} ${new Date(hourMs).toISOString()}`);
      const hour = { folder, market, hourMs, force, onFile, signal: stopping.signal };
      const { sent, bytes, unchanged } = await uploadHourTo(bucket, hour);
      sum.sent += sent;
      sum.bytes += bytes;
      sum.unchanged += unchanged;
    }
    say(
      `${hours.length} hours: ${sum.sent} files (${sum.bytes} bytes) sent to ${bucket.name}, ${sum.unchanged} unchanged`,
    );
    if (json) process.stdout.write(jsonText({ bucket: bucket.name, hours: hours.length, ...sum }));
  } catch (error) {
    if (error instanceof S3Error) throw new CommandError(`${error.message}.`);
    throw error;
  } finally {
    process.off('SIGINT', stop);
    bucket.close();
  }
}
