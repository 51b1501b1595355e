import { readdirSync, readFileSync } from 'node:fs';
import { join, relative } from 'node:path';

export const ROOT = join(__dirname, '../..');

const FOLDERS = ['docs', 'clients', 'data', 'examples', 'ops', 'bench', 'chaos', 'test/fixtures'];

/** Every document of the project, as a path from its root. */
export function documents(): string[] {
  const inFolder = (folder: string): string[] =>
    readdirSync(join(ROOT, folder), { withFileTypes: true }).flatMap((entry) => {
      const path = join(folder, entry.name);
      if (entry.isDirectory()) return entry.name === 'node_modules' ? [] : inFolder(path);
      return entry.name.endsWith('.md') ? [path] : [];
    });
  const atRoot = readdirSync(ROOT).filter((name) => name.endsWith('.md'));
  return [...atRoot, ...FOLDERS.flatMap(inFolder)].map((path) => relative('.', path)).sort();
}

export const readDocument = (path: string) => readFileSync(join(ROOT, path), 'utf8');

export interface Block {
  page: string;
  /** Of the fence, from 1. */
  line: number;
  language: string;
  /** What the comment before it says, such as `walk`. */
  name?: string;
  text: string;
}

/** The fenced blocks of a document, in their order, also those within lists. */
export function blocksOf(page: string): Block[] {
  const lines = readDocument(page).split('\n');
  const blocks: Block[] = [];
  for (let at = 0; at < lines.length; at++) {
    const [, indent, language] = /^( *)```(\w*)\s*$/.exec(lines[at] ?? '') ?? [];
    if (indent === undefined) continue;
    const end = lines.findIndex((line, index) => index > at && line === `${indent}\`\`\``);
    if (end === -1) throw new Error(`${page}:${at + 1} has a block without an end`);
    const [, name] = /^ *<!-- ([\w.-]+) -->$/.exec(lines[at - 1] ?? '') ?? [];
    const text = lines.slice(at + 1, end).map((line) => line.slice(indent.length));
    blocks.push({ page, line: at + 1, language: language as string, name, text: `${text.join('\n')}\n` });
    at = end;
  }
  return blocks;
}

/** The block of that name. @throws where the document has none */
export function blockNamed(page: string, name: string): string {
  const block = blocksOf(page).find((candidate) => candidate.name === name);
  if (block === undefined) throw new Error(`${page} has no block ${name}`);
  return block.text;
}

/** A document without what stands in fenced blocks and in code within a line. */
export const withoutCode = (text: string) =>
  text.replaceAll(/^( *)```[\s\S]*?^\1```$/gm, '').replaceAll(/`[^`\n]*`/g, '');
