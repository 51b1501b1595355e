import { signal, useSignal, useSignalEffect } from '@preact/signals';
import { useEffect, useRef } from 'preact/hooks';
import { createAlert } from '../actions';
import { ApiFailure } from '../api/failure';
import type { Condition } from '../api/types';
import { pastMinutes } from '../live/candles';
import { alerts } from '../live/feeds';
import { prices } from '../live/prices';
import type { Candle } from '../logic/candles';
import { formatSpan, formatTime, plural } from '../logic/format';
import { distance, type PastDay, pastDay } from '../logic/past-day';
import { Change, Field, Time } from '../ui/parts';
import { WebhookUrlField } from '../ui/webhook-url-field';

export interface Draft {
  ticker: string;
  condition: Condition;
  /** As somebody typed it, or the chart says it. */
  price: string;
}

/** The alert that is being made; undefined where none is. */
export const draft = signal<Draft | undefined>(undefined);

/** Begins an alert at a price: on the side of the line where the price is not yet. */
export function beginDraft(ticker: string, price: number): void {
  const last = prices.value[ticker]?.price;
  draft.value = { ticker, price: String(price), condition: last !== undefined && price < last ? 'lt' : 'gt' };
}

/** The price of the draft as a number; undefined where it is none. */
export function draftPrice(of: Draft | undefined): number | undefined {
  const price = Number(of?.price.replaceAll(',', '') || Number.NaN);
  return price > 0 && Number.isFinite(price) ? price : undefined;
}

/** The form of a new alert, with what it would have done. */
export function DraftForm({ tickers, onDone }: { tickers?: string[]; onDone: () => void }) {
  const of = draft.value;
  const typedUrl = useSignal<string | undefined>(undefined);
  const proposed = alerts.data.value?.body[0]?.webhook_url ?? '';
  const url = typedUrl.value ?? proposed;
  const form = useRef<HTMLFormElement>(null);
  useEffect(() => form.current?.scrollIntoView({ block: 'nearest' }), []);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const busy = useSignal(false);
  if (of === undefined) return null;
  const set = (change: Partial<Draft>) => {
    draft.value = { ...of, ...change };
  };
  const wrong = (path: string) => failure.value?.fields.find((field) => field.path === path)?.message;

  async function submit(event: Event): Promise<void> {
    event.preventDefault();
    if (of === undefined) return;
    busy.value = true;
    failure.value = undefined;
    try {
      const { ticker, condition } = of;
      const target_price = draftPrice(of) ?? of.price;
      await createAlert({ ticker, condition, target_price, webhook_url: url.trim() });
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
      {tickers && (
        <Field label="Ticker">
          {(ids) => (
            <select
              {...ids}
              value={of.ticker}
              onChange={({ currentTarget }) => set({ ticker: currentTarget.value })}
            >
              {tickers.map((ticker) => (
                <option key={ticker}>{ticker}</option>
              ))}
            </select>
          )}
        </Field>
      )}
      <Field label="When the price is" wrong={wrong('condition')}>
        {(ids) => (
          <select
            {...ids}
            value={of.condition}
            onChange={({ currentTarget }) => set({ condition: currentTarget.value as Condition })}
          >
            <option value="gt">above</option>
            <option value="lt">below</option>
          </select>
        )}
      </Field>
      <Field label="Price in US dollars" wrong={wrong('target_price')} hint={<Away of={of} />}>
        {(ids) => (
          <input
            {...ids}
            inputMode="decimal"
            autocomplete="off"
            required
            value={of.price}
            onInput={({ currentTarget }) => set({ price: currentTarget.value })}
          />
        )}
      </Field>
      <WebhookUrlField
        label="Send a webhook to"
        wrong={wrong('webhook_url')}
        hint={
          <>
            To try it: <code>npx pricehook listen --port 9000</code> and <code>http://localhost:9000/</code>
          </>
        }
        typed={typedUrl}
        proposed={proposed}
      />
      <Would of={of} />
      {failure.value && failure.value.fields.length === 0 && (
        <p class="failure" role="alert">
          {failure.value.message}
        </p>
      )}
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

function Away({ of }: { of: Draft }) {
  const target = draftPrice(of);
  const last = prices.value[of.ticker]?.price;
  if (target === undefined || last === undefined) return null;
  return (
    <>
      <Change percent={distance(target, last)} /> from the price of now
    </>
  );
}

/** What this alert would have done over the past day. */
function Would({ of }: { of: Draft }) {
  const minutes = useSignal<Candle[] | undefined>(undefined);
  const ticker = useSignal(of.ticker);
  ticker.value = of.ticker;
  useSignalEffect(() => {
    const asked = ticker.value;
    minutes.value = undefined;
    pastMinutes(asked).then(
      (answer) => {
        if (asked === ticker.value) minutes.value = answer;
      },
      (error: unknown) => {
        // The form says nothing of the past then; what it is for works all the same.
        if (!(error instanceof ApiFailure)) throw error;
      },
    );
  });
  const target = draftPrice(of);
  if (target === undefined) return <p class="would" />;
  if (minutes.value === undefined) return <p class="would">Looking at the past day …</p>;
  const did = pastDay(minutes.value, of.condition, target);
  return (
    <p class="would" data-fired={did.firstAt !== undefined}>
      {wouldText(did)} {did.firstAt !== undefined && <Time at={did.firstAt * 1_000} ago />}
    </p>
  );
}

function wouldText({ firstAt, crossings, seconds }: PastDay): string {
  if (seconds === 0) return 'There are no prices of the past day to try it on yet.';
  const span =
    seconds > 23.5 * 3_600 ? 'the past day' : `the ${formatSpan(seconds * 1_000)} of prices there are`;
  if (firstAt === undefined) return `Over ${span} it would not have fired.`;
  const often = crossings > 1 ? `; the line was crossed ${plural(crossings, 'time')}` : '';
  return `Over ${span} it would have fired at ${formatTime(new Date(firstAt * 1_000), new Date(), false)}${often}:`;
}
