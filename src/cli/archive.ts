import { join } from 'node:path';
import type { Command } from 'commander';
import { type ArchiveEntry, listArchive } from '../archive/list';
import { type Verification, verifyArchive } from '../archive/verify';
import { loadSettings } from '../settings';
import { registerArchiveGaps } from './archive-gaps';
import { registerArchiveUpload } from './archive-upload';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { inOneLine } from './terminal-text';

/** Adds `pricehook archive …`: what the archive holds, and whether it is what was written. */
export function registerArchive(program: Command): void {
  const archive = program.command('archive').description('look at the archive of quotes in DATA_DIR');
  const verify = archive
    .command('verify')
    .description('hold every file against its manifest, and end with 1 where one was changed or is gone')
    .option('--json', 'print one JSON object')
    .action(async ({ json }: { json?: boolean }) => {
      const result = await verifyArchive(archiveFolder());
      process.stdout.write(json ? `${JSON.stringify(result, null, 2)}\n` : described(result));
      if (result.problems.length > 0) process.exitCode = 1;
    });
  withExamples(verify, ['pricehook archive verify', 'pricehook archive verify --json']);
  const list = archive
    .command('list')
    .description('print what the archive holds')
    .option('--json', 'print one JSON array')
    .action(async ({ json }: { json?: boolean }) => {
      const entries = await listArchive(archiveFolder()).catch((error: unknown) => {
        throw new CommandError(
          `The archive can't be listed: ${(error as Error).message.split('\n')[0]}. See \`pricehook archive verify\`.`,
        );
      });
      process.stdout.write(json ? `${JSON.stringify(entries, null, 2)}\n` : entries.map(line).join(''));
    });
  withExamples(list, ['pricehook archive list --json']);
  registerArchiveUpload(archive);
  registerArchiveGaps(archive);
}

const archiveFolder = () => join(loadSettings().config.dataDir, 'archive');

function described({ manifests, files, problems }: Verification): string {
  const lines = problems.map(({ market, path, problem, detail }) =>
    inOneLine(`${market}/${path}: ${problem}: ${detail}`),
  );
  const wrong = problems.length === 0 ? 'nothing wrong' : `${problems.length} wrong`;
  return `${[...lines, `${files} files of ${manifests} manifests checked: ${wrong}`].join('\n')}\n`;
}

function line({ market, name, rows, first_time, last_time, bytes, revises }: ArchiveEntry): string {
  const span = rows === null ? 'being written' : `${rows} rows  ${first_time} to ${last_time}`;
  const place = revises === null ? '' : `  in place of ${revises.split('/').at(-1)}`;
  return `${inOneLine(`${market}/${name}  ${bytes} bytes  ${span}${place}`)}\n`;
}
