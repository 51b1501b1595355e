import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const page = readFileSync(join(__dirname, '../../../docs/operations.md'), 'utf8');

/** The page's sections, by heading; subsections are part of them. */
export const sections = new Map(
  page
    .split(/^## /m)
    .slice(1)
    .map((text) => [text.slice(0, text.indexOf('\n')), text]),
);

export interface Blocks {
  /** The commands of each block, by the name in the comment before it. */
  texts: Map<string, string>;
  untouched: Set<string>;
}

/**
 * The blocks of commands in a section.
 * @throws where there is no such section, or one of its blocks has no name
 */
export function blocksOf(heading: string): Blocks {
  const section = sections.get(heading);
  if (section === undefined) throw new Error(`docs/operations.md has no section ${heading}`);
  const texts = new Map<string, string>();
  for (const [, name = '', text = ''] of section.matchAll(/<!-- ([\w-]+) -->\n *```sh\n([\s\S]*?)```/g))
    texts.set(name, text);
  if (section.match(/```sh/g)?.length !== texts.size)
    throw new Error(`A block of ${heading} has no name of its own`);
  return { texts, untouched: new Set(texts.keys()) };
}
