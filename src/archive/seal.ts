import { createReadStream } from 'node:fs';
import { join, posix } from 'node:path';
import { createInterface } from 'node:readline';
import { addLink } from './chain';
import { RAW_COLUMNS } from './columns';
import { sha256OfFile, sizeOf } from './files';
import { HEAD, MANIFEST, readHead } from './manifest';
import { closedLogs } from './raw-log-file';

/**
 * Writes the manifests of a ticker's raw logs of days that are over, as far as they have none yet; they continue the chain
 * `raw/<ticker>`.
 * @param archive the market's archive
 */
export async function sealClosedLogs(archive: string, ticker: string): Promise<void> {
  const sealed = (await readHead(join(archive, `raw/${ticker}${HEAD}`)))?.last?.manifest ?? '';
  for (const name of await closedLogs(join(archive, 'raw'), ticker)) {
    const path = posix.join('raw', name.replace(/\.csv$/, MANIFEST));
    // A manifest that is missing before the chain's end was taken away: that is for `verify` to say.
    if (path <= sealed || (await sizeOf(join(archive, path))) !== undefined) continue;
    const file = join(archive, 'raw', name);
    const manifest = {
      columns: [...RAW_COLUMNS],
      ...(await summaryOf(file)),
      files: [{ name, bytes: (await sizeOf(file)) ?? 0, sha256: await sha256OfFile(file) }],
    };
    await addLink({ archive, path, manifest, contents: {} });
  }
}

const TICK_AT = RAW_COLUMNS.findIndex(({ name }) => name === 'tick_at');

async function summaryOf(file: string) {
  let rows = 0;
  let first: string | null = null;
  let last: string | null = null;
  for await (const line of createInterface({ input: createReadStream(file) })) {
    const time = line.split(',')[TICK_AT] as string;
    if (time === 'tick_at') continue;
    rows += 1;
    if (first === null || time < first) first = time;
    if (last === null || time > last) last = time;
  }
  return { rows, first_time: first, last_time: last };
}
