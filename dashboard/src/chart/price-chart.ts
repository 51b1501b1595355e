import {
  CandlestickSeries,
  ColorType,
  CrosshairMode,
  createChart,
  createSeriesMarkers,
  type IChartApi,
  type ISeriesApi,
  type ISeriesMarkersPluginApi,
  LineSeries,
  LineStyle,
  type SeriesMarker,
  type Time,
  type UTCTimestamp,
} from 'lightweight-charts';
import type { BandPoint, Candle } from '../logic/candles';
import { decimalsOf, formatDay, formatMinute, formatPrice, formatTime } from '../logic/format';
import { BandArea } from './redraw';

export interface ChartMark {
  /** Unix seconds, that of a candle. */
  time: number;
  side: 'above' | 'below';
  text: string;
  kind: 'anomaly' | 'place' | 'firing';
}

const SHAPES = { anomaly: 'circle', firing: 'square', place: undefined } as const;

interface Callbacks {
  /** The chart was drawn anew: prices may lie elsewhere. */
  onDraw: () => void;
  onClick: (price: number) => void;
  /** Somebody has scrolled to where nothing is there yet. */
  onEarlier: () => void;
}

const date = (time: Time) => new Date((time as number) * 1_000);
const at = (seconds: number) => seconds as UTCTimestamp;
/** TickMarkType.Time and TimeWithSeconds; below them are days, months and years. */
const FIRST_CLOCK_MARK = 3;

/** Candles, mean and band of one ticker, and where prices lie on it. */
export class PriceChart {
  readonly #chart: IChartApi;
  readonly #candles: ISeriesApi<'Candlestick'>;
  readonly #lines: ISeriesApi<'Line'>[];
  readonly #area: BandArea;
  readonly #marks: ISeriesMarkersPluginApi<Time>;
  #bandPoints: readonly BandPoint[] = [];
  #marksShown: readonly ChartMark[] = [];
  #alsoShown: readonly number[] = [];

  constructor(container: HTMLElement, callbacks: Callbacks) {
    this.#chart = createChart(container, {
      autoSize: true,
      layout: { attributionLogo: false, fontSize: 11 },
      crosshair: { mode: CrosshairMode.Normal },
      // On a phone, a finger that goes up and down scrolls the page.
      handleScroll: { vertTouchDrag: false },
      rightPriceScale: { borderVisible: false, scaleMargins: { top: 0.12, bottom: 0.1 } },
      timeScale: {
        borderVisible: false,
        timeVisible: true,
        secondsVisible: false,
        rightOffset: 6,
        tickMarkFormatter: (time: Time, mark: number) =>
          mark >= FIRST_CLOCK_MARK ? formatMinute(date(time)) : formatDay(date(time)),
      },
      localization: {
        priceFormatter: formatPrice,
        timeFormatter: (time: Time) => formatTime(date(time), new Date(), false),
      },
    });
    this.#area = new BandArea(callbacks.onDraw);
    const line = (style: LineStyle) =>
      this.#chart.addSeries(LineSeries, {
        lineWidth: 1,
        lineStyle: style,
        priceLineVisible: false,
        lastValueVisible: false,
        crosshairMarkerVisible: false,
      });
    this.#lines = [line(LineStyle.Solid), line(LineStyle.Dotted), line(LineStyle.Dotted)];
    this.#candles = this.#chart.addSeries(CandlestickSeries, {
      borderVisible: false,
      autoscaleInfoProvider: (original: () => ReturnType<typeof this.scaled>) => this.scaled(original()),
    });
    this.#candles.attachPrimitive(this.#area);
    this.#marks = createSeriesMarkers(this.#candles, []);
    this.#chart.subscribeClick(({ point }) => {
      const price = point && this.#candles.coordinateToPrice(point.y);
      if (price) callbacks.onClick(price);
    });
    this.#chart.timeScale().subscribeVisibleLogicalRangeChange((range) => {
      if (range && range.from < 5) callbacks.onEarlier();
    });
    this.recolour();
  }

  /** Alerts near the price belong into the picture. */
  private scaled(own: { priceRange: { minValue: number; maxValue: number } | null } | null) {
    const range = own?.priceRange;
    if (!range) return own;
    const room = (range.maxValue - range.minValue) * 0.75 + range.maxValue * 0.002;
    const near = this.#alsoShown.filter(
      (price) => price > range.minValue - room && price < range.maxValue + room,
    );
    return {
      ...own,
      priceRange: {
        minValue: Math.min(range.minValue, ...near),
        maxValue: Math.max(range.maxValue, ...near),
      },
    };
  }

  /** Shows other candles; the view stays where it is unless it is to be another. */
  show(candles: readonly Candle[], bandPoints: readonly BandPoint[]): void {
    const last = candles.at(-1);
    if (last) {
      const precision = decimalsOf(last.close);
      this.#candles.applyOptions({
        priceFormat: { type: 'custom', formatter: formatPrice, minMove: 10 ** -precision },
      });
    }
    this.#candles.setData(candles.map((candle) => ({ ...candle, time: at(candle.time) })));
    this.#showBand(bandPoints);
  }

  /** Takes in the last candle anew, or the next one. */
  update(candle: Candle, bandPoints: readonly BandPoint[]): void {
    this.#candles.update({ ...candle, time: at(candle.time) });
    this.#showBand(bandPoints);
  }

  #showBand(points: readonly BandPoint[]): void {
    this.#bandPoints = points;
    const [mean, upper, lower] = this.#lines;
    for (const [line, name] of [
      [mean, 'mean'],
      [upper, 'upper'],
      [lower, 'lower'],
    ] as const)
      line?.setData(points.map((point) => ({ time: at(point.time), value: point[name] })));
    this.#area.update(points, colour('--band'));
  }

  mark(marks: readonly ChartMark[]): void {
    this.#marksShown = marks;
    this.#marks.setMarkers(
      marks.map(
        ({ time, side, text, kind }): SeriesMarker<Time> => ({
          time: at(time),
          position: side === 'above' ? 'aboveBar' : 'belowBar',
          shape: SHAPES[kind] ?? (side === 'above' ? 'arrowDown' : 'arrowUp'),
          color: colour(kind === 'anomaly' ? '--warn' : '--accent'),
          size: kind === 'place' ? 1.4 : 0.8,
          text,
        }),
      ),
    );
  }

  /** Prices that are to be in the picture, if they are near. */
  alsoShow(prices: readonly number[]): void {
    this.#alsoShown = prices;
    this.#candles.applyOptions({});
  }

  /** Where a price lies, in pixels from the top; null where nothing is drawn yet. */
  yOf(price: number): number | null {
    return this.#candles.priceToCoordinate(price);
  }

  priceAt(y: number): number | null {
    return this.#candles.coordinateToPrice(y);
  }

  /** The size of the part that prices are drawn in, in pixels. */
  plot(): { width: number; height: number } {
    return this.#chart.paneSize();
  }

  look(fromIndex: number, toIndex: number): void {
    this.#chart.timeScale().setVisibleLogicalRange({ from: fromIndex, to: toIndex });
  }

  /** Puts candles in front without what is seen being moved. */
  prepend(candles: readonly Candle[], bandPoints: readonly BandPoint[], added: number): void {
    const seen = this.#chart.timeScale().getVisibleLogicalRange();
    this.show(candles, bandPoints);
    if (seen) this.look(seen.from + added, seen.to + added);
  }

  /** Takes the colours from the style sheet, which may have changed with the theme. */
  recolour(): void {
    const [up, down] = [colour('--up'), colour('--down')];
    this.#chart.applyOptions({
      layout: {
        background: { type: ColorType.Solid, color: colour('--surface') },
        textColor: colour('--muted'),
        fontFamily: getComputedStyle(document.body).fontFamily,
      },
      grid: { vertLines: { color: colour('--grid') }, horzLines: { color: colour('--grid') } },
      crosshair: {
        vertLine: { color: colour('--faint'), labelBackgroundColor: colour('--label') },
        horzLine: { color: colour('--faint'), labelBackgroundColor: colour('--label') },
      },
    });
    this.#candles.applyOptions({ upColor: up, wickUpColor: up, downColor: down, wickDownColor: down });
    for (const [i, line] of this.#lines.entries())
      line.applyOptions({ color: colour(i === 0 ? '--mean' : '--band-edge') });
    this.#area.update(this.#bandPoints, colour('--band'));
    this.mark(this.#marksShown);
  }

  remove(): void {
    this.#chart.remove();
  }
}

function colour(name: string): string {
  return getComputedStyle(document.documentElement).getPropertyValue(name).trim();
}
