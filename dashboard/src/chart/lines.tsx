import type { Signal } from '@preact/signals';
import { changeAlert } from '../actions';
import { type AlertWish, figuresOf, isRange } from '../alert-form/wish';
import type { Alert, Condition } from '../api/types';
import { alerts } from '../live/feeds';
import { boundsOf, direction, SIDES } from '../logic/alert-text';
import { place } from '../route';
import { complain } from '../ui/toasts';
import { AlertLine } from './alert-line';
import { draft } from './draft';
import type { PriceChart } from './price-chart';

const SIGNS = { up: '▲', down: '▼', either: '↕' } as const;
const signOf = (condition: Condition) => SIGNS[direction(condition)];

/** The alerts on a ticker's price that wait, or are paused. */
export function alertsOnChart(ticker: string): Alert[] {
  return (alerts.data.value?.body ?? []).filter(
    ({ metric = 'price', status, ...alert }) =>
      metric === 'price' && alert.ticker === ticker && (status === 'active' || status === 'paused'),
  );
}

/** The user's alerts, and the one that is being made, as lines; those with one threshold can be dragged. */
export function Lines({ chart, drawn }: { chart: PriceChart; drawn: Signal<number> }) {
  void drawn.value;
  const { ticker } = place.value;
  const of = draft.value?.ticker === ticker ? draft.value : undefined;
  return (
    <div class="lines">
      {alertsOnChart(ticker).flatMap((alert) =>
        boundsOf(alert).map((price, end) => (
          <AlertLine
            key={`${alert.id} ${end}`}
            chart={chart}
            ticker={ticker}
            name={`Alert ${nameOf(alert, end)}${alert.status === 'paused' ? ', paused' : ''}`}
            sign={alert.status === 'paused' ? 'Ⅱ' : signOf(alert.condition)}
            price={price}
            kind={alert.status === 'paused' ? 'paused' : 'active'}
            onSet={
              isRange(alert.condition)
                ? undefined
                : (target_price) => changeAlert(alert, { target_price }).catch(complain)
            }
          />
        )),
      )}
      {of?.metric === 'price' &&
        figuresOf(of).map((price, end) => (
          <AlertLine
            key={end}
            chart={chart}
            ticker={ticker}
            name="New alert"
            sign={signOf(of.condition)}
            price={price}
            kind="draft"
            onMove={(to) => {
              draft.value = { ...of, [boundName(of, end)]: String(to) };
            }}
            onSet={() => {}}
          />
        ))}
    </div>
  );
}

function boundName({ condition, low }: AlertWish, end: number): 'bound' | 'low' | 'high' {
  if (!isRange(condition)) return 'bound';
  return end === 0 && low.trim() !== '' ? 'low' : 'high';
}

const nameOf = ({ condition }: Alert, end: number) =>
  isRange(condition)
    ? `${SIDES[condition]} a range, its ${end === 0 ? 'lower' : 'upper'} end`
    : SIDES[condition];
