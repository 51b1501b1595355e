import type { ComponentChildren } from 'preact';
import type { Condition, Metric } from '../api/types';
import { METRICS } from '../logic/metrics';
import { settings } from '../settings';
import { Field } from '../ui/parts';
import { MoreFields } from './more';
import { ChoiceField, type FormPart, TextField } from './parts';
import { isRange } from './wish';

const PLAIN_CONDITIONS = [
  ['gt', 'above'],
  ['lt', 'below'],
] as const satisfies readonly (readonly [Condition, string])[];
const CONDITIONS = [
  ...PLAIN_CONDITIONS,
  ['crosses_above', 'rising above (from below)'],
  ['crosses_below', 'falling below (from above)'],
  ['enters', 'coming into a range'],
  ['leaves', 'leaving a range'],
] as const satisfies readonly (readonly [Condition, string])[];

export interface AlertFieldsProps extends FormPart {
  /** Whether all that an alert can say is there to be said. */
  open: boolean;
  onOpen: (open: boolean) => void;
  /** What can be chosen from; absent where the ticker is settled. */
  tickers?: readonly string[] | undefined;
  /** Whether the alert is there already, whose ticker can't be changed. */
  isMade?: boolean;
  proposedUrl?: string;
  boundHint?: ComponentChildren;
  urlHint?: ComponentChildren;
}

/** The fields of an alert: the few that every one has, and behind “More” all others. */
export function AlertFields(props: AlertFieldsProps) {
  const { wish, set, wrong, open, tickers, proposedUrl = '', urlHint } = props;
  const part = { wish, set, wrong };
  return (
    <>
      {tickers && (
        <ChoiceField
          {...part}
          name="ticker"
          label="Ticker"
          paths={['ticker']}
          choices={tickers.map((ticker) => [ticker, ticker])}
        />
      )}
      {(open || wish.metric !== 'price') && <MetricFields {...props} />}
      <ChoiceField
        {...part}
        name="condition"
        label={wish.metric === 'price' ? 'When the price is' : 'When it is'}
        paths={['condition']}
        choices={
          open || !PLAIN_CONDITIONS.some(([name]) => name === wish.condition) ? CONDITIONS : PLAIN_CONDITIONS
        }
      />
      <BoundFields {...props} />
      <Field label="Send a webhook to" wrong={wrong('webhook_url', 'webhook_urls.0')} hint={urlHint}>
        {(ids) => (
          <input
            {...ids}
            type="url"
            required
            placeholder="https://example.com/hooks/prices"
            value={wish.url ?? proposedUrl}
            onInput={({ currentTarget }) => set({ url: currentTarget.value })}
          />
        )}
      </Field>
      <details class="more" open={open} onToggle={({ currentTarget }) => props.onOpen(currentTarget.open)}>
        <summary>More</summary>
        {open && <MoreFields {...part} />}
      </details>
    </>
  );
}

/** What the threshold is on; of a ratio, in which other ticker. */
function MetricFields({ wish, set, wrong, isMade }: AlertFieldsProps) {
  const part = { wish, set, wrong };
  const names = Object.keys(METRICS) as Metric[];
  const possible = isMade ? names.filter((name) => (name === 'ratio') === (wish.metric === 'ratio')) : names;
  const others = settings.tickers.filter((ticker) => ticker !== wish.ticker);
  function choose(change: Partial<typeof wish>): void {
    const metric = change.metric ?? wish.metric;
    const other = others.includes(wish.other) ? wish.other : (others[0] ?? '');
    // A figure of another metric says nothing of this one.
    set({ ...change, bound: '', low: '', high: '', ...(metric === 'ratio' && { other }) });
  }
  return (
    <>
      <ChoiceField
        {...part}
        set={choose}
        name="metric"
        label="Look at the"
        paths={['metric', 'ticker']}
        choices={possible.map((name) => [name, METRICS[name].choice])}
      />
      {wish.metric === 'ratio' && !isMade && (
        <ChoiceField
          {...part}
          name="other"
          label="In"
          paths={[]}
          choices={others.map((ticker) => [ticker, ticker])}
        />
      )}
    </>
  );
}

function BoundFields({ boundHint, ...props }: AlertFieldsProps) {
  const { wish, set, wrong } = props;
  const part = { wish, set, wrong, inputMode: 'decimal' as const, required: true };
  const what = wish.metric === 'price' ? 'Price' : 'Threshold';
  const unit = wish.metric === 'ratio' ? wish.other : METRICS[wish.metric].unit;
  if (!isRange(wish.condition))
    return (
      <TextField
        {...part}
        name="bound"
        label={`${what} in ${unit}`}
        paths={['target_price', 'threshold']}
        hint={boundHint}
      />
    );
  return (
    <>
      <TextField {...part} name="low" label={`From, in ${unit}`} paths={['range']} hint={boundHint} />
      <TextField {...part} name="high" label={`To, in ${unit}`} paths={[]} />
    </>
  );
}
