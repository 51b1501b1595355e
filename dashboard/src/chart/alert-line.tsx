import { useSignal } from '@preact/signals';
import { prices } from '../live/prices';
import { distance } from '../logic/distance';
import { formatExact, formatPercent, roundedPrice } from '../logic/format';
import type { PriceChart } from './price-chart';

const STEPS: Record<string, number> = { ArrowUp: 0.001, ArrowDown: -0.001, PageUp: 0.01, PageDown: -0.01 };

/** A line at a price that can be dragged, or moved by keys: arrows move it, Enter sets it, Escape leaves it as it was. */
export function AlertLine(props: {
  chart: PriceChart;
  ticker: string;
  /** What it is, before its price: `Alert: above`. */
  name: string;
  sign: string;
  price: number;
  kind: 'active' | 'paused' | 'draft';
  /** Tells where it is while it moves. */
  onMove?: (price: number) => void;
  /** Takes the new price; where that fails, the line goes back. Absent where the line can't be moved. */
  onSet?: ((price: number) => unknown) | undefined;
}) {
  const { chart, ticker, price, onMove, onSet } = props;
  const moved = useSignal<number | undefined>(undefined);
  const shownPrice = moved.value ?? price;
  const y = chart.yOf(shownPrice);
  const { height, width } = chart.plot();
  if (y === null || y < 0 || y > height) return null;

  const move = (to: number) => {
    moved.value = roundedPrice(to);
    onMove?.(moved.value);
  };
  async function set(): Promise<void> {
    const to = moved.value;
    if (to !== undefined && to !== price) await onSet?.(to);
    moved.value = undefined;
  }

  function onPointerDown(event: PointerEvent & { currentTarget: HTMLElement }): void {
    if (event.button !== 0) return;
    event.stopPropagation();
    event.currentTarget.setPointerCapture(event.pointerId);
    moved.value = price;
  }
  function onPointerMove(event: PointerEvent & { currentTarget: HTMLElement }): void {
    if (!event.currentTarget.hasPointerCapture(event.pointerId)) return;
    const top = event.currentTarget.parentElement?.getBoundingClientRect().top ?? 0;
    const to = chart.priceAt(Math.min(height, Math.max(0, event.clientY - top)));
    if (to !== null && to > 0) move(to);
  }
  function onKeyDown(event: KeyboardEvent): void {
    const step = STEPS[event.key];
    if (step !== undefined) move(shownPrice * (1 + step));
    else if (event.key === 'Enter') void set();
    else if (event.key === 'Escape') moved.value = undefined;
    else return;
    event.preventDefault();
  }

  const last = prices.value[ticker]?.price;
  const away = last === undefined ? '' : formatPercent(distance(shownPrice, last));
  const tag = (
    <span class="tag number">
      {props.sign} {formatExact(shownPrice)} <small>{away}</small>
    </span>
  );
  const style = { top: `${y}px`, width: `${width}px` };
  const says = `${formatExact(shownPrice)} dollars, ${away} from the price`;
  if (onSet === undefined)
    return (
      <div
        class={`alert-line fixed ${props.kind}`}
        style={style}
        role="img"
        aria-label={`${props.name}: ${says}`}
      >
        {tag}
      </div>
    );
  return (
    <div
      class={`alert-line ${props.kind}`}
      data-moving={moved.value !== undefined}
      style={style}
      role="slider"
      tabIndex={0}
      aria-orientation="vertical"
      aria-label={`${props.name}, movable by the arrow keys, set by Enter`}
      aria-valuenow={shownPrice}
      aria-valuemin={0}
      aria-valuemax={shownPrice * 2}
      aria-valuetext={says}
      onPointerDown={onPointerDown}
      onPointerMove={onPointerMove}
      onPointerUp={() => void set()}
      onPointerCancel={() => {
        moved.value = undefined;
      }}
      onKeyDown={onKeyDown}
      onBlur={() => {
        moved.value = undefined;
      }}
    >
      {tag}
    </div>
  );
}
