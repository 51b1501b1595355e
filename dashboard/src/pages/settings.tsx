import { useSignal } from '@preact/signals';
import { call } from '../api/client';
import { ApiFailure } from '../api/failure';
import type { RotatedSecret, Tested } from '../api/types';
import { alerts, me } from '../live/feeds';
import { formatSpan } from '../logic/format';
import { linkTo } from '../route';
import { THEMES, theme } from '../theme';
import { Action, Failure, Fed, Panel, Time } from '../ui/parts';
import { Secret } from '../ui/secret';
import { WebhookUrlField } from '../ui/webhook-url-field';
import { OutcomeBadge } from './delivery-status';
import { Keys } from './keys';

/** Keys, the webhook secret, and trying one's server. */
export function Settings() {
  return (
    <div class="settings">
      <Keys />
      <WebhookSecret />
      <WebhookTest />
      <Panel title="You">
        <Fed from={me}>
          {(user) => (
            <p>
              <strong>{user.email}</strong>, registered <Time at={user.created_at} />
            </p>
          )}
        </Fed>
        <p>
          <a href="/docs">API documentation</a>
        </p>
        <fieldset class="segments">
          <legend>Colours</legend>
          {THEMES.map((name) => (
            <label key={name}>
              <input
                type="radio"
                name="theme"
                checked={theme.value === name}
                onChange={() => {
                  theme.value = name;
                }}
              />
              <span>{name}</span>
            </label>
          ))}
        </fieldset>
      </Panel>
    </div>
  );
}

const GRACES = { '0s': 'at once', '1h': 'after 1 hour', '24h': 'after 24 hours', '7d': 'after 7 days' };

function WebhookSecret() {
  const grace = useSignal('24h');
  const rotated = useSignal<RotatedSecret | undefined>(undefined);
  async function rotate(): Promise<void> {
    rotated.value = await call('POST /webhook-secret/rotate', {
      body: { grace_period: grace.value },
    });
  }
  return (
    <Panel title="Webhook secret">
      <p class="hint">
        Your server verifies webhooks with it. Until the old one ends, every webhook carries the signatures of
        both.
      </p>
      <div class="buttons">
        <label class="filter">
          <span>The old one ends</span>
          <select
            value={grace.value}
            onChange={({ currentTarget }) => {
              grace.value = currentTarget.value;
            }}
          >
            {Object.entries(GRACES).map(([value, text]) => (
              <option key={value} value={value}>
                {text}
              </option>
            ))}
          </select>
        </label>
        <Action onAct={rotate}>Make a new secret</Action>
      </div>
      {rotated.value && (
        <div class="once">
          <Secret label="New webhook secret" value={rotated.value.webhook_secret} />
          <p class="hint">
            Shown only now. The old one signs until <Time at={rotated.value.previous_expires_at} />.
          </p>
        </div>
      )}
    </Panel>
  );
}

function WebhookTest() {
  const typedUrl = useSignal<string | undefined>(undefined);
  const proposed = alerts.data.value?.body[0]?.webhook_url ?? '';
  const url = typedUrl.value ?? proposed;
  const tested = useSignal<Tested | undefined>(undefined);
  const failure = useSignal<ApiFailure | undefined>(undefined);
  const busy = useSignal(false);
  async function test(event: Event): Promise<void> {
    event.preventDefault();
    busy.value = true;
    failure.value = undefined;
    tested.value = undefined;
    try {
      tested.value = await call('POST /webhooks/test', { body: { webhook_url: url.trim() } });
    } catch (error) {
      if (!(error instanceof ApiFailure)) throw error;
      failure.value = error;
    } finally {
      busy.value = false;
    }
  }
  const wrong = failure.value?.fields[0]?.message;
  return (
    <Panel title="Try your server">
      <form onSubmit={test}>
        <WebhookUrlField
          label="Send a test webhook to"
          wrong={wrong}
          hint="One request, signed and guarded as alerts are."
          typed={typedUrl}
          proposed={proposed}
        />
        <button type="submit" class="button" disabled={busy.value} aria-busy={busy.value}>
          {busy.value ? 'Waiting for its answer …' : 'Send a test'}
        </button>
      </form>
      {failure.value && !wrong && <Failure failure={failure.value} />}
      {tested.value && (
        <p class="tested" role="status">
          <OutcomeBadge attempt={tested.value.attempt} /> {tested.value.attempt.status_code}{' '}
          {tested.value.attempt.duration_ms !== null && `in ${formatSpan(tested.value.attempt.duration_ms)}.`}{' '}
          {tested.value.attempt.error}{' '}
          <a href={linkTo('deliveries', tested.value.delivery_id)}>All about it</a>
        </p>
      )}
    </Panel>
  );
}
