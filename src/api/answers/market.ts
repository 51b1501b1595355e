import { z } from 'zod';
import { SOURCE_NAMES } from '../../domain/quote';
import { id, price, time } from './fields';

export const ratesSchema = z
  .record(z.string(), price)
  .meta({ id: 'Rates', example: { BTC: 65420.15, ETH: 3120.4 } });

export const sourceSchema = z
  .strictObject({
    name: z.enum(SOURCE_NAMES),
    status: z.enum(['ok', 'resting', 'failing']),
    last_success_at: time.nullable(),
    quote_age_ms: z.int().nonnegative().nullable(),
    failure: z.string().nullable().meta({ description: 'The kind of its last failure' }),
    resting_until: time.nullable(),
    deviation: z.number().nullable().meta({ description: 'How far it lay from the median, as a fraction' }),
  })
  .meta({ id: 'Source' });

export const candleSchema = z
  .strictObject({
    time: time.meta({ description: 'When it begins' }),
    open: price,
    high: price,
    low: price,
    close: price,
    quote_count: z
      .int()
      .positive()
      .optional()
      .meta({ description: 'How many published prices it is made of; left out where it was imported' }),
  })
  .meta({ id: 'Candle' });

const figure = (description: string) => z.number().nullable().meta({ description });

const windowStatsSchema = z
  .strictObject({
    points: z.int().meta({ description: 'How many minutes of the window there are' }),
    mean: price,
    stddev: figure('Sample standard deviation; null below two points'),
    change: figure('Per cent over the window; null where the minute it began with is missing'),
    returns: z.int().meta({ description: 'How many minute returns the volatility is made of' }),
    volatility: figure('Realised volatility over the window, a fraction, not annualised'),
    zscore: figure('How many standard deviations the price lies from the mean'),
  })
  .meta({ id: 'WindowStats' });

export const statsSchema = z
  .strictObject({
    ticker: z.string().meta({ example: 'BTC' }),
    time: time.meta({ description: 'When the last minute began; it may be under way' }),
    close: price,
    windows: z
      .record(z.string(), windowStatsSchema)
      .meta({ description: 'By the windows of STATISTICS_WINDOWS, such as `1h` and `24h`' }),
  })
  .meta({ id: 'Stats' });

export const anomalySchema = z
  .strictObject({
    id,
    ticker: z.string().meta({ example: 'BTC' }),
    rule: z.string().meta({ example: 'change_1h' }),
    window: z.string().meta({ example: '1h' }),
    threshold: z.number().meta({ example: 5 }),
    started_at: time,
    ended_at: time.nullable().meta({ description: 'Null while it goes on' }),
    value: z.number().meta({ description: 'At the start: per cent, or standard deviations', example: -5.08 }),
    price: price.meta({ description: 'At the start' }),
    peak: z.number().meta({ description: 'Farthest from zero', example: -11.07 }),
    peak_at: time,
  })
  .meta({ id: 'Anomaly' });

export type RatesAnswer = z.infer<typeof ratesSchema>;
export type SourceAnswer = z.infer<typeof sourceSchema>;
export type CandleAnswer = z.infer<typeof candleSchema>;
export type StatsAnswer = z.infer<typeof statsSchema>;
export type AnomalyAnswer = z.infer<typeof anomalySchema>;
