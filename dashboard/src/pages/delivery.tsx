import { actOnDelivery } from '../actions';
import type { Attempt, Delivery } from '../api/types';
import { formatSpan } from '../logic/format';
import { linkTo } from '../route';
import { Action, Panel, Time, WorkflowLink } from '../ui/parts';
import { OutcomeBadge, StatusBadge } from './delivery-status';
import { deliveryName } from './market';

const CAUSES: Record<Attempt['cause'], string> = {
  schedule: '',
  user: 'asked for by you',
  operator: 'an operator had it made again',
};

/** One delivery: its attempts in their order, what was sent, what was answered, and what can be done. */
export function DeliveryDetails(props: { delivery: Delivery; onChanged: (changed: Delivery) => void }) {
  const { delivery } = props;
  const isOver = delivery.status !== 'pending';
  const act = async (what: Parameters<typeof actOnDelivery>[1]) =>
    props.onChanged(await actOnDelivery(delivery, what));
  return (
    <Panel
      class="details"
      title={deliveryName(delivery)}
      aside={
        <a class="icon-button" href={linkTo('deliveries')} aria-label="Close the delivery">
          ×
        </a>
      }
    >
      <div class="buttons">
        <StatusBadge delivery={delivery} />
        {isOver && delivery.type === 'alert.triggered' && (
          <Action onAct={() => act('redeliver')}>Redeliver</Action>
        )}
        {!isOver && <Action onAct={() => act('retry-now')}>Retry now</Action>}
        {!isOver && <Action onAct={() => act('cancel')}>Cancel delivery</Action>}
        <WorkflowLink url={delivery.workflow_url}>Workflow in Temporal</WorkflowLink>
      </div>
      <dl class="facts">
        <dt>Webhook</dt>
        <dd class="url">{delivery.webhook_url}</dd>
        <dt>webhook-id</dt>
        <dd>
          <code>{delivery.id}</code>
        </dd>
        <dt>Created</dt>
        <dd>
          <Time at={delivery.created_at} />
        </dd>
        {delivery.delivered_at && (
          <>
            <dt>Delivered</dt>
            <dd>
              <Time at={delivery.delivered_at} />
            </dd>
          </>
        )}
        {delivery.redeliveries > 0 && (
          <>
            <dt>Made again</dt>
            <dd>{delivery.redeliveries} ×</dd>
          </>
        )}
      </dl>
      <h3>Attempts</h3>
      <ol class="timeline">
        {delivery.attempts.map((attempt) => (
          <AttemptItem key={attempt.number} attempt={attempt} longest={longest(delivery)} />
        ))}
        {delivery.next_attempt_at && (
          <li class="next">
            Next attempt <Time at={delivery.next_attempt_at} ago />
          </li>
        )}
        {delivery.attempts.length === 0 && !delivery.next_attempt_at && <li class="next">None yet</li>}
      </ol>
      <h3>What {delivery.attempts.length > 0 ? 'was' : 'is'} sent</h3>
      <pre>{pretty(delivery.payload)}</pre>
    </Panel>
  );
}

const longest = ({ attempts }: Delivery) =>
  Math.max(1, ...attempts.map(({ duration_ms }) => duration_ms ?? 0));

function AttemptItem({ attempt, longest: most }: { attempt: Attempt; longest: number }) {
  const { timings, duration_ms: duration } = attempt;
  const steps = [
    ['DNS', timings.dns_ms],
    ['connect', timings.connect_ms],
    ['TLS', timings.tls_ms],
  ].flatMap(([name, ms]) => (typeof ms === 'number' ? [`${name} ${formatSpan(ms)}`] : []));
  const cause = CAUSES[attempt.cause];
  return (
    <li class={attempt.outcome}>
      <div class="attempt-head">
        <strong>{attempt.number}</strong>
        <OutcomeBadge attempt={attempt} />
        {attempt.status_code !== null && <span class="number">{attempt.status_code}</span>}
        <Time at={attempt.started_at} />
        {duration !== null && <span class="number muted">{formatSpan(duration)}</span>}
        <WorkflowLink url={attempt.workflow_url}>
          <span class="unseen">Attempt {attempt.number} in </span>Temporal
        </WorkflowLink>
      </div>
      {duration !== null && (
        <meter min={0} max={most} value={duration} aria-label={`It took ${formatSpan(duration)}`} />
      )}
      {attempt.error && <p class="why">{attempt.error}</p>}
      {(cause || steps.length > 0) && <p class="hint">{[cause, ...steps].filter(Boolean).join(' · ')}</p>}
      {attempt.response_body && (
        <details>
          <summary>Response body</summary>
          <pre>{pretty(attempt.response_body)}</pre>
        </details>
      )}
      {attempt.request_headers && <Headers title="Request headers" headers={attempt.request_headers} />}
      {attempt.response_headers && <Headers title="Response headers" headers={attempt.response_headers} />}
    </li>
  );
}

function Headers({ title, headers }: { title: string; headers: Record<string, string> }) {
  return (
    <details>
      <summary>{title}</summary>
      <pre>
        {Object.entries(headers)
          .map(([name, value]) => `${name}: ${value}`)
          .join('\n')}
      </pre>
    </details>
  );
}

/** JSON with its lines broken; anything else as it is. */
function pretty(text: string): string {
  try {
    return JSON.stringify(JSON.parse(text), null, 2);
  } catch {
    return text;
  }
}
