import { createHash } from 'node:crypto';

export interface Part {
  kind: 'heading' | 'text' | 'list' | 'table' | 'code' | 'html';
  text: string;
  /** The mark in the comment before it: which English it was translated from. */
  from?: string;
}

const COMMENT = /^<!-- en: ([0-9a-f]{8}) -->$/;

/** What a translation says of the English that it was made from; line breaks don't count, every other character does. */
export const markOf = (text: string) =>
  createHash('sha256').update(text.trim().replaceAll(/\s+/g, ' ')).digest('hex').slice(0, 8);

function kindOf(text: string): Part['kind'] {
  if (text.startsWith('```') || text.startsWith('<!--')) return 'code';
  if (text.startsWith('#')) return 'heading';
  if (text.startsWith('|')) return 'table';
  if (text.startsWith('- ')) return 'list';
  return text.startsWith('<') ? 'html' : 'text';
}

/** A document's headings, paragraphs, lists, tables and blocks, in their order. */
export function partsOf(document: string): Part[] {
  const pieces = document.match(/^```[^\n]*\n[\s\S]*?^```$|^(?!```)\S(?:.|\n(?!\n|```))*/gm) ?? [];
  return pieces.map((piece) => {
    const [first = '', ...rest] = piece.split('\n');
    const from = COMMENT.exec(first)?.[1];
    const text = (from === undefined ? piece : rest.join('\n')).trim();
    return { kind: kindOf(text), text, from };
  });
}

/** Code within lines, by the alphabet: it is the same in every language, its place in a sentence is not. */
export const codeIn = (text: string) => [...text.matchAll(/`[^`]+`/g)].map(([code]) => code).sort();

/** Where links and pictures lead to, by the alphabet. */
export const linksIn = (text: string) =>
  [...text.matchAll(/\]\(([^)]+)\)|\b(?:src|srcset)="([^"]+)"|(?<!\()https?:\/\/[^\s),|]+/g)]
    .map(([whole, link, image]) => link ?? image ?? whole)
    .sort();
