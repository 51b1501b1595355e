import type { ColumnType, Generated, GeneratedAlways } from 'kysely';
import type { DetectionState } from '../../domain/anomaly';
import type { Market } from '../../domain/quote';
import type { BigInteger, Decimal, GeneratedTime, Time } from './columns';

export interface CandlesTable {
  market: Market;
  ticker: string;
  minute: Time;
  open: Decimal;
  high: Decimal;
  low: Decimal;
  close: Decimal;
  /** How many published quotes it is made of; 0 where it was imported, or fetched after a gap. */
  quote_count: Generated<number>;
  /** In the coin, as the exchange counted it; null where nobody did. */
  volume: Decimal | null;
  /** The exchanges that it was fetched from after a gap; null where it was not. */
  source: string | null;
}

/** Minutes of a ticker in which nothing was published. */
export interface GapsTable {
  id: GeneratedAlways<string>;
  market: Market;
  ticker: string;
  /** The first minute without a quote. */
  from_minute: Time;
  /** The first minute with one again. */
  to_minute: Time;
  /** Minutes before this one were asked for. */
  filled_to: Time;
  /** The first quote after the gap. */
  next_seq: BigInteger;
  /** In a row, for the minutes from `filled_to` on. */
  failures: Generated<number>;
  failure: string | null;
  next_try_at: GeneratedTime;
  closed_at: Time | null;
}

/** Of one window at one minute; see `WindowStatistics`. */
export interface StatisticsMinuteTable {
  market: Market;
  ticker: string;
  window_minutes: number;
  minute: Time;
  points: number;
  mean: number;
  stddev: number | null;
  change: number | null;
  returns: number;
  volatility: number | null;
  zscore: number | null;
}

/** See `HourStatistics`. */
export interface StatisticsHourTable {
  market: Market;
  ticker: string;
  hour: Time;
  points: number;
  close: number;
  mean: number;
  stddev: number | null;
  change: number | null;
  returns: number;
  volatility: number | null;
}

/** See `Anomaly`. */
export interface AnomaliesTable {
  id: Generated<string>;
  market: Market;
  ticker: string;
  /** `change_1h` */
  rule: string;
  window_minutes: number;
  threshold: number;
  started_at: Time;
  ended_at: Time | null;
  value: number;
  price: number;
  peak: number;
  peak_at: Time;
  /** When it was first found to start, where candles that came late have moved that; null where none have. */
  first_started_at: ColumnType<Date | null, Date | undefined, Date | null>;
}

/** What detection knew at the end of an hour; hours without candles have none. */
export interface AnomalyStatesTable {
  market: Market;
  ticker: string;
  hour: Time;
  state: ColumnType<DetectionState, string, string>;
}

/** Minutes of the market, and what is counted from them. */
export interface CandleTables {
  candles: CandlesTable;
  gaps: GapsTable;
  statistics_minute: StatisticsMinuteTable;
  statistics_hour: StatisticsHourTable;
  anomalies: AnomaliesTable;
  anomaly_states: AnomalyStatesTable;
}
