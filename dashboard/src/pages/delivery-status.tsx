import type { Attempt, Delivery } from '../api/types';
import { Badge, type Tone } from '../ui/parts';

const TONES: Record<Delivery['status'], Tone> = {
  pending: 'wait',
  delivered: 'good',
  failed: 'bad',
  cancelled: 'calm',
  skipped: 'bad',
};

export const StatusBadge = ({ delivery }: { delivery: Delivery }) => (
  <Badge tone={TONES[delivery.status]}>{delivery.status}</Badge>
);

const OUTCOMES: Record<Attempt['outcome'], Tone> = { delivered: 'good', failed: 'bad', unknown: 'wait' };

export const OutcomeBadge = ({ attempt }: { attempt: Attempt }) => (
  <Badge tone={OUTCOMES[attempt.outcome]}>
    {attempt.outcome === 'unknown' && attempt.ended_at === null ? 'under way' : attempt.outcome}
  </Badge>
);
