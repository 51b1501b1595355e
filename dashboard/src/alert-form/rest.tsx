import type { ApiFailure } from '../api/failure';

/** All that the form has a place for. */
const PLACES = [
  ...['ticker', 'metric', 'condition', 'target_price', 'threshold', 'range', 'for', 'repeat', 'active_hours'],
  ...['expires_at', 'snoozed_until', 'note', 'labels', 'headers', 'message', 'webhook_url', 'webhook_urls'],
];

/** What went wrong and is not said at a field. */
export function Rest({ failure }: { failure: ApiFailure | undefined }) {
  if (failure === undefined) return null;
  const rest = failure.fields.filter(({ path }) => !PLACES.includes(path.split('.')[0] ?? ''));
  const isSaid = failure.fields.length > 0 && rest.length === 0;
  return (
    <p class={isSaid ? 'unseen' : 'failure'} role="alert">
      {rest.map(({ path, message }) => `${path}: ${message}. `)}
      {rest.length === 0 && failure.message}
    </p>
  );
}
