/** How a value is written: in CSV as text, in Parquet by its type. */
export type ColumnType =
  /** ISO 8601 in UTC with milliseconds; `TIMESTAMP` in milliseconds. */
  | 'time'
  | 'text'
  /** A decimal string, exactly as it is stored; `DOUBLE`, which has 15 digits of it. */
  | 'decimal'
  /** The shortest text that reads back as the same double; `DOUBLE`. */
  | 'double'
  /** `INT64`. */
  | 'integer'
  | 'boolean';

export interface Column {
  name: string;
  type: ColumnType;
  /** What the value is measured in, such as `USD`; left out where there is none. */
  unit?: string;
  nullable?: boolean;
}

export type Value = Date | string | number | bigint | boolean | null;
export type Row = Readonly<Record<string, Value>>;

/** The columns of a snapshot: what every source said in an hour. */
export const SOURCE_QUOTE_COLUMNS: readonly Column[] = [
  { name: 'tick_at', type: 'time' },
  { name: 'source_time', type: 'time', nullable: true },
  { name: 'received_at', type: 'time' },
  { name: 'source', type: 'text' },
  { name: 'price', type: 'decimal', unit: 'USD' },
  { name: 'accepted', type: 'boolean' },
  { name: 'reason', type: 'text', nullable: true },
];

/** The columns of the raw log: the same, after the number by which it is gone on with. */
export const RAW_COLUMNS: readonly Column[] = [{ name: 'seq', type: 'integer' }, ...SOURCE_QUOTE_COLUMNS];
