import type { Candle } from '../logic/candles';

const WIDTH = 100;
const HEIGHT = 28;
const POINTS = 96;

/** The shape of a past day; the figures beside it tell the rest. */
export function Sparkline({ candles, price }: { candles: readonly Candle[]; price: number | undefined }) {
  const closes = candles.map(({ close }) => close);
  if (price !== undefined) closes.push(price);
  const step = Math.max(1, Math.floor(closes.length / POINTS));
  const shown = closes.filter((_, i) => (closes.length - 1 - i) % step === 0);
  if (shown.length < 2)
    return <svg class="sparkline" aria-hidden="true" viewBox={`0 0 ${WIDTH} ${HEIGHT}`} />;
  const low = Math.min(...shown);
  const span = Math.max(...shown) - low || 1;
  const points = shown.map((close, i) => {
    const x = (i / (shown.length - 1)) * WIDTH;
    const y = 2 + (1 - (close - low) / span) * (HEIGHT - 4);
    return `${x.toFixed(1)},${y.toFixed(1)}`;
  });
  const isUp = (shown.at(-1) as number) >= (shown[0] as number);
  return (
    <svg
      class={`sparkline ${isUp ? 'up' : 'down'}`}
      aria-hidden="true"
      viewBox={`0 0 ${WIDTH} ${HEIGHT}`}
      preserveAspectRatio="none"
    >
      <path class="area" d={`M0,${HEIGHT} L${points.join(' L')} L${WIDTH},${HEIGHT}Z`} />
      <polyline points={points.join(' ')} />
    </svg>
  );
}
