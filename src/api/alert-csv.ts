import { CsvError, parse } from 'csv-parse/sync';
import { stringify } from 'csv-stringify/sync';
import type { FieldError } from './errors';

/** How the cells of a column are read and written. */
type Kind = 'plain' | 'number' | 'flag' | 'text' | 'words' | 'numbers' | 'urls';

/** The columns of an alert in CSV; labels and headers have one each beside them. */
const COLUMNS: Record<string, Kind> = {
  ticker: 'plain',
  metric: 'plain',
  condition: 'plain',
  target_price: 'number',
  threshold: 'number',
  range: 'numbers',
  for: 'plain',
  'repeat.every': 'plain',
  'repeat.max_firings': 'number',
  'repeat.rearm': 'number',
  'repeat.rebase': 'flag',
  'active_hours.from': 'plain',
  'active_hours.to': 'plain',
  'active_hours.days': 'words',
  'active_hours.time_zone': 'plain',
  expires_at: 'plain',
  snoozed_until: 'plain',
  note: 'text',
  events: 'words',
  'message.format': 'plain',
  'message.template': 'text',
  'message.chat_id': 'text',
  webhook_url: 'plain',
  webhook_urls: 'urls',
  paused: 'flag',
};

const FREE = /^(labels|headers)\../;

/** A list that is there and holds nothing; an empty cell is a field that is not there. */
const NOTHING = 'none';

const NUMBER = /^[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?$/i;
/** A template has 4,000 characters at most, each of them two in quotes at worst. */
const LONGEST_LINE = 65_536;

/** Those without an alert count, too. */
const MOST_LINES = 2_000;

/** One alert of a file, as the body of a request would have it. */
export interface CsvAlert {
  /** Where it begins; that with the names of the columns is 1. */
  line: number;
  body: Record<string, unknown>;
}

/** Reads alerts from CSV whose first line names the columns; where there are faults, none. */
export function readAlertCsv(text: string): { alerts: CsvAlert[]; faults: FieldError[] } {
  let records: Line[];
  try {
    records = linesOf(text);
  } catch (error) {
    if (!(error instanceof CsvError)) throw error;
    return refused([{ path: String(error.lines ?? 1), message: 'This is not CSV; is a quote missing?' }]);
  }
  const [header, ...rest] = records;
  if (header === undefined) return refused([{ path: '1', message: `Must name the columns: ${EXAMPLE}` }]);
  if (rest.length > MOST_LINES)
    return refused([
      { path: String(rest[MOST_LINES]?.line), message: `Holds more than ${MOST_LINES} lines` },
    ]);
  const names = header.cells.map((name) => name.trim());
  const filled = rest.filter(({ cells }) => cells.some((cell) => cell.trim() !== ''));
  const faults = [...headerFaults(names), ...filled.flatMap((line) => widthFaults(line, names.length))];
  if (faults.length > 0) return refused(faults);
  const columns = names.map(columnOf);
  return { alerts: filled.map(({ line, cells }) => ({ line, body: bodyOfCells(columns, cells) })), faults };
}

const refused = (faults: FieldError[]) => ({ alerts: [], faults });

interface Line {
  /** Where it begins. */
  line: number;
  cells: string[];
}

function linesOf(text: string): Line[] {
  const records = parse(text, {
    ...{ bom: true, info: true, skip_empty_lines: true, relax_column_count: true },
    record_delimiter: ['\r\n', '\n'],
    max_record_size: LONGEST_LINE,
    // With the names, and one that is too many: a line that has not as many cells as the first one costs the parser much.
    to: MOST_LINES + 2,
  }) as unknown as { record: string[]; info: { lines: number } }[];
  // The parser says where a record ends, and takes a carriage return and a line feed in quotes for two ends of lines.
  let seen = 0;
  let real = 0;
  return records.map(({ record, info }) => {
    const text = record.join('\0');
    seen += text.match(/[\r\n]/g)?.length ?? 0;
    const line = info.lines - seen + real;
    real += text.match(/\r\n|[\r\n]/g)?.length ?? 0;
    return { line, cells: record };
  });
}

const widthFaults = ({ line, cells }: Line, width: number): FieldError[] =>
  cells.length === width
    ? []
    : [{ path: String(line), message: `Has ${cells.length} cells; allowed: ${width}, as in the first line` }];

const EXAMPLE = 'ticker,condition,target_price,webhook_url';

const UNKNOWN_COLUMN = `Unknown column; allowed: ${Object.keys(COLUMNS).join(', ')}, labels.<name>, headers.<name>`;

function headerFaults(names: string[]): FieldError[] {
  const unknown = names.filter((name) => kindOf(name) === undefined);
  const seen = new Set<string>();
  const twice = names.filter((name) => seen.size === seen.add(name).size);
  return [
    ...unknown.map((name) => ({ path: `1.${name}`, message: UNKNOWN_COLUMN })),
    ...twice.map((name) => ({ path: `1.${name}`, message: 'Is there twice' })),
  ];
}

function kindOf(name: string): Kind | undefined {
  if (FREE.test(name)) return 'text';
  return Object.hasOwn(COLUMNS, name) ? COLUMNS[name] : undefined;
}

/** A column, with where its cells stand in a body. */
interface Column {
  kind: Kind;
  /** Of `labels.desk`, `labels`; null where there is no point. */
  group: string | null;
  field: string;
}

function columnOf(name: string): Column {
  const dot = name.indexOf('.');
  const kind = kindOf(name) as Kind;
  return dot === -1
    ? { kind, group: null, field: name }
    : { kind, group: name.slice(0, dot), field: name.slice(dot + 1) };
}

function bodyOfCells(columns: readonly Column[], cells: readonly string[]): Record<string, unknown> {
  const body = new Map<string, unknown>();
  const groups = new Map<string, [name: string, value: unknown][]>();
  for (const [at, { kind, group, field }] of columns.entries()) {
    const cell = cells[at] ?? '';
    if (cell.trim() === '') continue;
    const value = readCell(kind, cell);
    if (group === null) body.set(field, value);
    else {
      const entries = groups.get(group) ?? [];
      entries.push([field, value]);
      groups.set(group, entries);
    }
  }
  for (const [name, entries] of groups) body.set(name, Object.fromEntries(entries));
  return Object.fromEntries(body);
}

/** What is no number stays a text, which the alert's schema refuses. */
function readCell(kind: Kind, cell: string): unknown {
  const text = cell.trim();
  switch (kind) {
    case 'plain':
      return text;
    case 'number':
      return numberOr(text);
    case 'flag':
      return /^(true|false)$/i.test(text) ? text.toLowerCase() === 'true' : text;
    case 'text':
      return unguarded(cell);
    case 'words':
      return text === NOTHING ? [] : text.split(/[\s;]+/).filter(Boolean);
    case 'numbers':
      return text
        .split(/[\s;]+/)
        .filter(Boolean)
        .map(numberOr);
    case 'urls':
      // A URL may hold a semicolon, and no space.
      return text.split(/\s+|;\s*(?=https?:)/i).filter(Boolean);
  }
}

const numberOr = (text: string) => (NUMBER.test(text) ? Number(text) : text);

/** The line of names for alerts with these labels. */
export function csvHeader(labels: readonly string[]): string {
  return stringify([[...Object.keys(COLUMNS), ...labels.map((label) => `labels.${label}`)]]);
}

/** Alerts as lines of CSV, as `readAlertCsv` reads them again. */
export function csvLines(bodies: readonly object[], labels: readonly string[]): string {
  const kinds: [string, Kind][] = [
    ...Object.entries(COLUMNS),
    ...labels.map((label): [string, Kind] => [`labels.${label}`, 'text']),
  ];
  return stringify(
    bodies.map((body) => kinds.map(([name, kind]) => cellOf(kind, fieldOf(body, name)))),
    // By itself it would leave a carriage return as it is, where others see a line's end.
    { quoted_match: /[\r\n]/ },
  );
}

function fieldOf(body: object, name: string): unknown {
  const dot = name.indexOf('.');
  const [first, rest] = dot === -1 ? [name, undefined] : [name.slice(0, dot), name.slice(dot + 1)];
  const value = Object.hasOwn(body, first) ? (body as Record<string, unknown>)[first] : undefined;
  if (rest === undefined || value === undefined) return value;
  return Object.hasOwn(value as object, rest) ? (value as Record<string, unknown>)[rest] : undefined;
}

function cellOf(kind: Kind, value: unknown): string {
  if (value === undefined) return '';
  if (Array.isArray(value)) return value.length === 0 ? NOTHING : value.join(' ');
  return kind === 'text' ? guarded(String(value)) : String(value);
}

/** What a spreadsheet would run as a formula (OWASP: CSV injection), and what would be taken for an empty cell. */
const TO_GUARD = /^'*(\s*[=+\-@\t\r\n＝＋－＠]|\s*$)/;

/** A text that no spreadsheet runs: with an apostrophe before it where it needs one. */
export const guarded = (text: string) => (TO_GUARD.test(text) ? `'${text}` : text);

/** The text that `guarded` was given. */
export const unguarded = (cell: string) =>
  cell.startsWith("'") && TO_GUARD.test(cell.slice(1)) ? cell.slice(1) : cell;
