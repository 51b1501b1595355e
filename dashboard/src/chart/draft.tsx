import { signal, useSignal } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { createAlert } from '../actions';
import { AlertFields } from '../alert-form/fields';
import { wrongIn } from '../alert-form/parts';
import { Past } from '../alert-form/past';
import { Rest } from '../alert-form/rest';
import { type AlertWish, bodyOf, figuresOf, newWish, saysMore } from '../alert-form/wish';
import { ApiFailure } from '../api/failure';
import { valueNow } from '../live/away';
import { alerts } from '../live/feeds';
import { prices } from '../live/prices';
import { distance } from '../logic/distance';
import { Change } from '../ui/parts';

/** The alert that is being made; undefined where none is. */
export const draft = signal<AlertWish | undefined>(undefined);

/** Begins an alert at a price: on the side of the line where the price is not yet. */
export function beginDraft(ticker: string, price: number): void {
  const last = prices.value[ticker]?.price;
  draft.value = newWish(ticker, String(price), last !== undefined && price < last ? 'lt' : 'gt');
}

/** The form of a new alert, with what it would have done. */
export function DraftForm({ tickers, onDone }: { tickers?: string[]; onDone: () => void }) {
  const of = draft.value;
  const proposedUrl = alerts.data.value?.body[0]?.webhook_url ?? '';
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), []);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const busy = useSignal(false);
  const open = useSignal(of !== undefined && saysMore(of));
  if (of === undefined) return null;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (of === undefined) return;
    busy.value = true;
    failure.value = undefined;
    try {
      await createAlert(bodyOf(of, proposedUrl));
      draft.value = undefined;
      onDone();
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure.value = error;
    } finally {
      busy.value = false;
    }
  }

  return (
    <form ref={form} class="alert-form" onSubmit={submit} aria-label="New alert">
      <AlertFields
        wish={of}
        set={(change) => {
          draft.value = { ...of, ...change };
        }}
        wrong={wrongIn(failure.value)}
        open={open.value}
        onOpen={(isOpen) => {
          open.value = isOpen;
        }}
        tickers={tickers}
        proposedUrl={proposedUrl}
        boundHint={<Away of={of} />}
        urlHint={
          <>
            To try it: <code>npx pricehook listen --port 9000</code> and <code>http://localhost:9000/</code>
          </>
        }
      />
      <Past wish={of} />
      <Rest failure={failure.value} />
      <div class="buttons">
        <button type="submit" class="button primary" disabled={busy.value}>
          Create alert
        </button>
        <button
          type="button"
          class="button"
          onClick={() => {
            draft.value = undefined;
            onDone();
          }}
        >
          Cancel
        </button>
      </div>
    </form>
  );
}

function Away({ of }: { of: AlertWish }) {
  const [target] = figuresOf(of);
  const isRatio = of.metric === 'ratio';
  const value = valueNow({ ticker: isRatio ? `${of.ticker}/${of.other}` : of.ticker, metric: of.metric });
  if (target === undefined || value === undefined) return null;
  return (
    <>
      <Change percent={distance(target, value)} /> from the price of now
    </>
  );
}
