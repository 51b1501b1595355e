import { readdir } from 'node:fs/promises';
import { join, posix } from 'node:path';
import { MARKETS, type Market } from '../domain/quote';
import { namesIn, orUndefined } from './files';

/** The kinds of data that a market's archive holds, each in a folder of its own. */
export const KINDS = ['raw', 'snapshots', 'processed'] as const;

/** The markets that `DATA_DIR/archive` holds anything of. */
export async function archivedMarkets(folder: string): Promise<Market[]> {
  const names = await namesIn(folder);
  return MARKETS.filter((market) => names.includes(market));
}

/** The paths of all files under a folder, relative to `root`, in order. */
export async function filesUnder(root: string, folder: string): Promise<string[]> {
  const entries = (await orUndefined(readdir(join(root, folder), { withFileTypes: true }))) ?? [];
  const found: string[] = [];
  for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
    const path = posix.join(folder, entry.name);
    if (entry.isDirectory()) found.push(...(await filesUnder(root, path)));
    else found.push(path);
  }
  return found;
}
