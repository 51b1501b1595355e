import { join } from 'node:path';
import { namesIn } from './files';
import { MANIFEST } from './manifest';

/** A numbered name, such as `BTC.partial-001`; 0 is the name without a number. */
export function numbered(name: string, kind: 'partial' | 'revision', number: number): string {
  return number === 0 ? name : `${name}.${kind}-${String(number).padStart(3, '0')}`;
}

/** The last number that is archived in a folder; 0 where there is none. */
export async function lastNumber(
  archive: string,
  folder: string,
  name: string,
  kind: 'partial' | 'revision',
): Promise<number> {
  const form = new RegExp(`^${name}.${kind}-(\\d+)${MANIFEST}$`.replaceAll('.', '\\.'));
  const numbers = (await namesIn(join(archive, folder))).map((entry) => Number(form.exec(entry)?.[1] ?? 0));
  return Math.max(0, ...numbers);
}
