import type { Column, Row, Value } from './columns';

/** The first line of a CSV file, with its end. */
export const csvHeader = (columns: readonly Column[]): string =>
  `${columns.map(({ name }) => name).join(',')}\n`;

/**
 * One line of a CSV file (RFC 4180, but for line feeds alone), with its end. Null is nothing between the commas.
 * @throws TypeError for a value that does not fit its column
 */
export function csvLine(columns: readonly Column[], row: Row): string {
  return `${columns.map((column) => field(column, row[column.name])).join(',')}\n`;
}

/** A whole CSV file; the same rows always give the same text. */
export const toCsv = (columns: readonly Column[], rows: readonly Row[]): string =>
  csvHeader(columns) + rows.map((row) => csvLine(columns, row)).join('');

function field(column: Column, value: Value | undefined): string {
  if (value === null && column.nullable) return '';
  switch (column.type) {
    case 'time':
      if (value instanceof Date) return value.toISOString();
      break;
    case 'text':
      if (typeof value === 'string') return quoted(value);
      break;
    case 'decimal':
      if (typeof value === 'string' && /^-?\d+(\.\d+)?$/.test(value)) return value;
      break;
    case 'double':
      if (typeof value === 'number' && Number.isFinite(value)) return String(value);
      break;
    case 'integer':
      if (typeof value === 'bigint' || Number.isSafeInteger(value)) return String(value);
      break;
    case 'boolean':
      if (typeof value === 'boolean') return String(value);
  }
  throw new TypeError(`${column.name} is a column of type ${column.type} and can't hold ${String(value)}`);
}

/** Nothing between the commas is null, so that an empty text must be quoted. */
const quoted = (text: string) =>
  text === '' || /[",\r\n]/.test(text) ? `"${text.replaceAll('"', '""')}"` : text;
