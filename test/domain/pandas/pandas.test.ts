import { join } from 'node:path';
import { FORTNIGHT_STARTS_AT_MS, readFortnight } from '../../../src/dev/exchanges/recordings';
import { MINUTE_MS, StatisticsWalk } from '../../../src/domain/statistics';
import { runWithPandas } from './pandas';

const WINDOWS = [60, 1_440];
const FIELDS = ['points', 'mean', 'stddev', 'change', 'returns', 'volatility', 'zscore'] as const;

/** A line for each figure: minute, window, field and value, in the order of the script. */
function* figures(ticker: string, minutes: ReadonlySet<number>) {
  const recording = readFortnight(ticker);
  if (recording === null) throw new Error(`There is no recording of ${ticker}`);
  for (const [place] of WINDOWS.entries()) {
    const walk = new StatisticsWalk(WINDOWS);
    for (const [n, { close }] of recording.candles.entries()) {
      const minuteMs = FORTNIGHT_STARTS_AT_MS + n * MINUTE_MS;
      if (!minutes.has(minuteMs)) continue;
      const window = walk.add({ minuteMs, close }).windows[place];
      yield { minuteMs, values: FIELDS.map((field) => window?.[field] ?? null) };
    }
  }
}

describe('the statistics of the recorded fortnight, with gaps', () => {
  it.each(['BTC', 'ETH', 'DOGE', 'SOL', 'BNB'])(
    'of %s equal those of pandas to 12 digits',
    async (ticker) => {
      const file = join(__dirname, `../../../data/recorded/2021-05/${ticker}USDT-1m.csv.gz`);
      const printed = await runWithPandas('expected.py', [file, ...WINDOWS.map(String)]);
      const expected = new Float64Array(new Uint8Array(printed).buffer);
      const width = FIELDS.length + 1;
      const rows = expected.length / width;
      const minutes = new Set(Array.from({ length: rows }, (_, row) => expected[row * width] as number));
      expect(minutes.size).toBe(rows / WINDOWS.length);
      expect(minutes.size).toBeGreaterThan(19_000);
      let row = 0;
      for (const { minuteMs, values } of figures(ticker, minutes)) {
        const [minute, ...pandas] = expected.subarray(row * width, ++row * width);
        const wrong = FIELDS.filter(
          (field, n) => !isSame(values[n] ?? null, pandas[n] as number, FLOORS[field] ?? 0),
        );
        if (minute !== minuteMs || wrong.length > 0)
          expect({ minuteMs, values }).toEqual({ minuteMs: minute, values: [...pandas], wrong });
      }
      expect(row).toBe(rows);
    },
    300_000,
  );
});

/** A z-score near zero is the difference of two prices near each other: there, 12 digits of one. */
const FLOORS: Partial<Record<(typeof FIELDS)[number], number>> = { zscore: 1 };

function isSame(value: number | null, pandas: number, floor: number): boolean {
  if (value === null || Number.isNaN(pandas)) return value === null && Number.isNaN(pandas);
  return Math.abs(value - pandas) <= 1e-12 * Math.max(Math.abs(pandas), floor);
}
