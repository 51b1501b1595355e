import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { VARIABLE_NAMES } from '../../src/config';

const compose = readFileSync(join(__dirname, '../../docker-compose.yml'), 'utf8');

/** The names under `environment:` of a service, or of what all of them share; what is merged into it is left out. */
function environmentOf(part: string): string[] {
  const lines = compose.split('\n');
  const from = lines.findIndex((line) => line.trim().startsWith(`${part}:`));
  const begins = lines.findIndex((line, at) => at > from && line.trim().startsWith('environment:'));
  const depth = (line: string) => line.length - line.trimStart().length;
  const rest = lines.slice(begins + 1);
  const length = rest.findIndex((line) => line.trim() !== '' && depth(line) <= depth(lines[begins] ?? ''));
  return rest.slice(0, length).flatMap((line) => /^\s+([A-Z][A-Z0-9_]*):/.exec(line)?.[1] ?? []);
}

/** What the image, or a published port, settles for everybody. */
const SETTLED = ['HOST', 'PORT', 'SYMBOLS_FILE'];
/** Of servers that `npm start` brings up itself, and this file does not need. */
const EMBEDDED = ['TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'TEMPORAL_CLI_PATH', 'TEMPORAL_CODEC_PORT'];

describe('docker-compose.yml', () => {
  it('passes every setting on to the worker, and what is of the archive to nobody else', () => {
    const shared = environmentOf('x-pricehook');
    const worker = environmentOf('worker');
    const own = [...shared, ...worker].filter((name) => (VARIABLE_NAMES as string[]).includes(name));
    expect(own.toSorted()).toEqual(
      VARIABLE_NAMES.filter((name) => ![...SETTLED, ...EMBEDDED].includes(name)).toSorted(),
    );
    expect(worker.filter((name) => !/^(DATA_DIR|S3_\w+|AWS_\w+)$/.test(name))).toEqual([]);
    expect(shared.filter((name) => /^(DATA_DIR|S3_\w+|AWS_\w+)$/.test(name))).toEqual([]);
  });
});
