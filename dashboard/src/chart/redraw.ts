import type { IPrimitivePaneView, ISeriesPrimitive, SeriesAttachedParameter, Time } from 'lightweight-charts';
import type { BandPoint } from '../logic/candles';

type Canvas = Parameters<NonNullable<ReturnType<IPrimitivePaneView['renderer']>>['draw']>[0];

/** Fills what lies between the band's two edges, and tells whenever the chart is drawn anew. */
export class BandArea implements ISeriesPrimitive<Time> {
  points: readonly BandPoint[] = [];
  colour = 'transparent';
  readonly #onDraw: () => void;
  #attached: SeriesAttachedParameter<Time> | undefined;
  readonly #views: IPrimitivePaneView[] = [
    { zOrder: () => 'bottom', renderer: () => ({ draw: (target) => this.#draw(target) }) },
  ];

  constructor(onDraw: () => void) {
    this.#onDraw = onDraw;
  }

  attached(parameter: SeriesAttachedParameter<Time>): void {
    this.#attached = parameter;
  }

  paneViews(): readonly IPrimitivePaneView[] {
    return this.#views;
  }

  updateAllViews(): void {
    this.#onDraw();
  }

  update(points: readonly BandPoint[], colour: string): void {
    this.points = points;
    this.colour = colour;
    this.#attached?.requestUpdate();
  }

  #draw(target: Canvas): void {
    const { chart, series } = this.#attached ?? {};
    if (!chart || !series) return;
    const scale = chart.timeScale();
    const edge = (at: 'upper' | 'lower') =>
      this.points.flatMap((point) => {
        const x = scale.timeToCoordinate(point.time as Time);
        const y = series.priceToCoordinate(point[at]);
        return x === null || y === null ? [] : [[x, y] as const];
      });
    const outline = [...edge('upper'), ...edge('lower').reverse()];
    target.useMediaCoordinateSpace(({ context }) => {
      context.beginPath();
      for (const [x, y] of outline) context.lineTo(x, y);
      context.closePath();
      context.fillStyle = this.colour;
      context.fill();
    });
  }
}
