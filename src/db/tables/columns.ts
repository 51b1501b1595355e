import type { ColumnType } from 'kysely';

/** `numeric` comes back as a decimal string, so that no digit is lost; numbers are taken in too. */
export type Decimal = ColumnType<string, string | number, string | number>;
export type Time = ColumnType<Date, Date | string, Date | string>;
export type GeneratedTime = ColumnType<Date, Date | string | undefined, Date | string>;
/** `bigint` comes back as a string. */
export type BigInteger = ColumnType<string, string | number | bigint, string | number | bigint>;
