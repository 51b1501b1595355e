import { signal, useSignal } from '@preact/signals';
import { useEffect } from 'preact/hooks';
import { ApiFailure } from '../api/failure';
import type { Metric, Preview } from '../api/types';
import { formatValue } from '../logic/alert-text';
import { formatPrice, formatSpan, formatTime, plural } from '../logic/format';
import { Failure, Time } from '../ui/parts';
import { askPast } from './ask-past';
import { type AlertBody, type AlertWish, figuresOf, isRange, watchedOf } from './wish';

const DAY_MS = 86_400_000;
const SPANS = { day: DAY_MS, week: 7 * DAY_MS, month: 30 * DAY_MS } as const;
type Span = keyof typeof SPANS;

/** What somebody types, or drags, is asked about once it stands still. */
const STILL_MS = 350;
/** Of more, the latest. */
const MOST_LISTED = 100;

type Firing = Preview['firings'][number];

/** The firings that the form shows, for the chart. */
export const pastFirings = signal<{ ticker: string; firings: readonly Firing[] }>({
  ticker: '',
  firings: [],
});

interface Answer {
  span: Span;
  firings: readonly Firing[];
  isTruncated: boolean;
}

/** What the alert would have done, by the API, which looks as it would have looked. */
export function Past({ wish }: { wish: AlertWish }) {
  const span = useSignal<Span>('day');
  const answer = useSignal<Answer | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const isComplete = figuresOf(wish).length === (isRange(wish.condition) ? 2 : 1);
  const asked = isComplete ? JSON.stringify(watchedOf(wish)) : '';

  useEffect(() => {
    let isOld = false;
    answer.value = undefined;
    failure.value = undefined;
    const shown = span.value;
    const timer = setTimeout(async () => {
      const now = Date.now();
      const times = {
        from: new Date(now - SPANS[shown]).toISOString(),
        to: new Date(now).toISOString(),
      };
      try {
        const body = { ...(JSON.parse(asked) as AlertBody), ...times };
        const did = await askPast(body, () => !isOld);
        if (did && !isOld)
          answer.value = { span: shown, firings: did.firings, isTruncated: did.truncated ?? false };
      } catch (error) {
        if (!(error instanceof ApiFailure)) throw error;
        if (!isOld) failure.value = error;
      }
    }, STILL_MS);
    if (asked === '') clearTimeout(timer);
    return () => {
      isOld = true;
      clearTimeout(timer);
    };
  }, [asked, span.value]);

  const firings = answer.value?.firings ?? [];
  useEffect(() => {
    pastFirings.value = { ticker: wish.ticker, firings };
    return () => {
      pastFirings.value = { ticker: '', firings: [] };
    };
  }, [answer.value]);

  return (
    <div class="past">
      <fieldset class="segments">
        <legend class="unseen">What it would have done in</legend>
        {(Object.keys(SPANS) as Span[]).map((name) => (
          <label key={name}>
            <input
              type="radio"
              name="past-span"
              checked={span.value === name}
              onChange={() => {
                span.value = name;
              }}
            />
            <span>{name}</span>
          </label>
        ))}
      </fieldset>
      {asked === '' ? (
        <p class="would">Give a threshold, and see what it would have done.</p>
      ) : failure.value ? (
        <PastFailure failure={failure.value} />
      ) : answer.value ? (
        <Did answer={answer.value} metric={wish.metric} />
      ) : (
        <p class="would">Looking at the past {span.value} …</p>
      )}
    </div>
  );
}

/** What is wrong with the fields is said at them, once the alert is to be made. */
function PastFailure({ failure }: { failure: ApiFailure }) {
  if (failure.status !== 422) return <Failure failure={failure} />;
  const [first] = failure.fields;
  return (
    <p class="would">
      It can’t be tried on the past yet: {first ? `${first.path}: ${first.message}` : failure.message}
    </p>
  );
}

function Did({ answer: { span, firings, isTruncated }, metric }: { answer: Answer; metric: Metric }) {
  const last = firings.at(-1);
  if (last === undefined)
    return <p class="would">Over the past {span} it would not have fired, by the prices there are.</p>;
  const listed = firings.slice(-MOST_LISTED).reverse();
  return (
    <>
      <p class="would" data-fired="true">
        {firings.length === 1 ? (
          <>
            Over the past {span} it would have fired at {formatTime(new Date(last.at), new Date(), false)} (
            <Time at={last.at} ago />)
          </>
        ) : (
          <>
            Over the past {span} it would have fired {isTruncated && 'more than '}
            {plural(firings.length, 'time')}
            {!isTruncated && (
              <>
                , the last time <Time at={last.at} ago />
              </>
            )}
          </>
        )}
        .
      </p>
      <details class="firings" open={firings.length <= 3}>
        <summary>
          {firings.length > MOST_LISTED ? `The last ${MOST_LISTED}` : 'When, at which price, how long'}
        </summary>
        {/* Scrolled by the keyboard, too. */}
        {/* biome-ignore lint/a11y/noNoninteractiveTabindex: what scrolls needs the focus */}
        <ol tabIndex={0}>
          {listed.map((firing) => (
            <li key={firing.at}>
              <time dateTime={firing.at}>{formatTime(new Date(firing.at), new Date(), false)}</time>
              <span class="number">{formatPrice(firing.price)}</span>
              {firing.value !== undefined && (
                <span class="number muted">{formatValue(Number(firing.value.toPrecision(4)), metric)}</span>
              )}
              <span class="muted">{howLong(firing)}</span>
            </li>
          ))}
        </ol>
      </details>
    </>
  );
}

function howLong({ at, ended_at }: Firing): string {
  if (ended_at === null) return 'to the end';
  const ms = Date.parse(ended_at) - Date.parse(at);
  return ms < 60_000 ? 'less than a minute' : `for ${formatSpan(ms)}`;
}
