import { type BasicType, type ColumnSource, parquetWriteBuffer } from 'hyparquet-writer';
import type { Column, ColumnType, Row, Value } from './columns';

const TYPES: Record<ColumnType, BasicType> = {
  time: 'TIMESTAMP',
  text: 'STRING',
  decimal: 'DOUBLE',
  double: 'DOUBLE',
  integer: 'INT64',
  boolean: 'BOOLEAN',
};

/** A whole Parquet file, compressed with Snappy; the same rows give the same bytes, as long as the library stays the same. */
export function toParquet(columns: readonly Column[], rows: readonly Row[]): Uint8Array {
  const columnData = columns.map(
    (column): ColumnSource => ({
      name: column.name,
      type: TYPES[column.type],
      nullable: column.nullable ?? false,
      data: rows.map((row) => converted(column.type, row[column.name] ?? null)),
    }),
  );
  return new Uint8Array(parquetWriteBuffer({ columnData }));
}

function converted(type: ColumnType, value: Value): Value {
  if (value === null) return null;
  if (type === 'decimal') return Number(value);
  return type === 'integer' ? BigInt(value as number | bigint) : value;
}
