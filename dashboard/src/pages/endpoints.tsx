import { useSignal } from '@preact/signals';
import { call } from '../api/client';
import type { Endpoint } from '../api/types';
import { useFeed } from '../live/feed';
import { deliveries, endpoints } from '../live/feeds';
import { plural } from '../logic/format';
import { linkTo } from '../route';
import { Action, Badge, Empty, Fed, Panel, Time, type Tone } from '../ui/parts';
import { tell } from '../ui/toasts';

const TONES: Record<Endpoint['status'], Tone> = { ok: 'good', failing: 'wait', disabled: 'bad' };

/** How the hosts of the user's webhooks do. */
export function Endpoints() {
  useFeed(endpoints);
  return (
    <Panel title="Hosts of your webhooks that have failed">
      <Fed from={endpoints}>
        {(all) =>
          all.length === 0 ? (
            <Empty title="None of your hosts has failed within a month">
              A host that fails for a day is disabled, and shows up here; nothing that was meant for it is
              lost. Try a server with a test in the <a href={linkTo('settings')}>settings</a>.
            </Empty>
          ) : (
            <ul class="cards">
              {all.map((endpoint) => (
                <EndpointCard key={endpoint.id} endpoint={endpoint} />
              ))}
            </ul>
          )
        }
      </Fed>
    </Panel>
  );
}

function EndpointCard({ endpoint }: { endpoint: Endpoint }) {
  const { host, status, failing_since, failures, last_error, last_failure_at, disabled_at, skipped } =
    endpoint;
  const withSkipped = useSignal(true);
  async function enable(): Promise<void> {
    const answer = await call('POST /endpoints/{id}/enable', {
      params: { path: { id: endpoint.id } },
      body: { send_skipped: withSkipped.value },
    });
    const sent =
      answer.recovered > 0 ? ` ${plural(answer.recovered, 'delivery', 'deliveries')} on the way again.` : '';
    tell(`${host} is sent to again.${sent}`);
    void deliveries.refresh();
    await endpoints.refresh();
  }
  return (
    <li class="card">
      <div class="card-head">
        <strong>{host}</strong> <Badge tone={TONES[status]}>{status}</Badge>
      </div>
      {failing_since && (
        <p>
          {plural(failures, 'failure')} in a row since <Time at={failing_since} />
          {disabled_at && (
            <>
              , disabled <Time at={disabled_at} />
            </>
          )}
          .
        </p>
      )}
      {last_error && last_failure_at && (
        <p class="why">
          {last_error} (<Time at={last_failure_at} ago />)
        </p>
      )}
      {endpoint.last_success_at && (
        <p class="hint">
          Last success <Time at={endpoint.last_success_at} ago />
        </p>
      )}
      {skipped > 0 && <p>{plural(skipped, 'delivery was', 'deliveries were')} skipped meanwhile.</p>}
      {status === 'disabled' && (
        <div class="buttons">
          <Action kind="primary" label={`Send to ${host} again`} onAct={enable}>
            Send to it again
          </Action>
          {skipped > 0 && (
            <label class="check">
              <input
                type="checkbox"
                checked={withSkipped.value}
                onChange={({ currentTarget }) => {
                  withSkipped.value = currentTarget.checked;
                }}
              />
              and what was skipped
            </label>
          )}
        </div>
      )}
    </li>
  );
}
