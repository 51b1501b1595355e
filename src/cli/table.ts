import pc from 'picocolors';
import { escapeControls } from './terminal-text';

const GAP = '  ';

/** Whether what is printed goes to a terminal, and whether that may have colours (NO_COLOR has its way). */
export function terminalOf(stream: NodeJS.WriteStream): { isTerminal: boolean; colour: boolean } {
  const isTerminal = stream.isTTY === true;
  return { isTerminal, colour: isTerminal && pc.isColorSupported };
}

/**
 * Rows for people or for programs: on a terminal under a heading, in columns; on a pipe a line each, its cells separated by tabs, without
 * a heading. Nothing in a cell can steer the terminal, or begin another cell or line.
 */
export function tableText(
  heading: readonly string[],
  rows: readonly (readonly (string | number | null)[])[],
  { isTerminal, colour } = terminalOf(process.stdout),
): string {
  const texts = rows.map((row) => row.map(cellText));
  if (!isTerminal) return texts.map((row) => `${row.join('\t')}\n`).join('');
  const widths = heading.map((name, column) =>
    Math.max(name.length, ...texts.map((row) => [...(row[column] ?? '')].length)),
  );
  const line = (row: readonly string[]) =>
    row
      .map((text, column) =>
        column === row.length - 1 ? text : text + ' '.repeat((widths[column] ?? 0) - [...text].length),
      )
      .join(GAP);
  const { bold } = pc.createColors(colour);
  return [bold(line(heading)), ...texts.map(line)].map((text) => `${text}\n`).join('');
}

/** Names and values, a line each. */
export function factsText(facts: readonly (readonly [string, string | number | null])[]): string {
  const width = Math.max(...facts.map(([name]) => name.length));
  return facts.map(([name, value]) => `${name.padEnd(width)}${GAP}${cellText(value)}\n`).join('');
}

const cellText = (value: string | number | null) =>
  value === null ? '-' : escapeControls(String(value).replaceAll('\n', ' '));

/** JSON that no terminal obeys: `JSON.stringify` leaves C1 controls as they are. */
export const jsonText = (value: unknown, indent?: number) =>
  `${escapeControls(JSON.stringify(value, null, indent))}\n`;
