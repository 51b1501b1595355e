import { AlertWatch, type WatchedAlert } from '../../src/domain/alert-watch';

const alert = (id: string, condition: 'gt' | 'lt', targetPrice: number, armedAfterMs: number | null = null) =>
  ({ id, ticker: 'BTC', condition, targetPrice, armedAfterMs }) satisfies WatchedAlert;
const at = (tick: number, price: number, ticker = 'BTC') => ({
  ...{ ticker, price },
  ...{ tickAtMs: tick * 10_000, quotedAtMs: tick * 10_000 + 150 },
});
const ids = (firings: { alert: WatchedAlert }[]) => firings.map((firing) => firing.alert.id);

describe('AlertWatch', () => {
  it('has an alert fire once, at the first price strictly beyond its target', () => {
    const watch = new AlertWatch([alert('up', 'gt', 100), alert('down', 'lt', 100)]);
    expect(watch.publish(at(1, 100))).toEqual([]);
    expect(watch.publish(at(2, 100.01, 'ETH'))).toEqual([]);
    expect(watch.publish(at(3, 100.01))).toEqual([
      { alert: alert('up', 'gt', 100), price: 100.01, firedAtMs: 30_150 },
    ]);
    expect(watch.publish(at(4, 200))).toEqual([]);
    expect(ids(watch.publish(at(5, 99.99)))).toEqual(['down']);
    expect(watch.waiting).toEqual([]);
  });

  it('has all alerts fire that a price has crossed, and no others', () => {
    const watch = new AlertWatch([
      alert('far', 'gt', 300),
      alert('near', 'gt', 100),
      alert('mid', 'gt', 200),
    ]);
    expect(ids(watch.publish(at(1, 200.5)))).toEqual(['near', 'mid']);
    expect(watch.waiting.map(({ id }) => id)).toEqual(['far']);
  });

  it('counts only ticks after an alert was armed', () => {
    const watch = new AlertWatch([alert('armed', 'gt', 100, 20_000), alert('longer', 'gt', 101)]);
    expect(ids(watch.publish(at(1, 150)))).toEqual(['longer']);
    expect(watch.publish(at(2, 150))).toEqual([]);
    expect(ids(watch.publish(at(3, 150)))).toEqual(['armed']);
  });
});
