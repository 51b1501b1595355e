import { ActivityFailure, proxyActivities, workflowInfo } from '@temporalio/workflow';
import type { PublishResult, QuoteActivities, SourceAnswer } from '../activities/quotes';
import type { SourceName } from '../domain/quote';

export interface IngestQuotesInput {
  sources: SourceName[];
}

const { fetchQuotes } = proxyActivities<QuoteActivities>({
  // Asking for symbols one by one, after a reply that named an unknown one, may take all of it.
  scheduleToCloseTimeout: '4s',
  startToCloseTimeout: '4s',
  retry: { initialInterval: '200ms', backoffCoefficient: 1, maximumAttempts: 2 },
});

const { publishQuotes } = proxyActivities<QuoteActivities>({
  startToCloseTimeout: '5s',
  // Beyond this the quotes are too old to publish, and the next tick has newer ones.
  scheduleToCloseTimeout: '10s',
  retry: { initialInterval: '500ms', backoffCoefficient: 2 },
});

/** One tick: asks every source in parallel, then publishes what they agree on and wakes the alerts that came true. */
export async function ingestQuotes(input: IngestQuotesInput): Promise<PublishResult> {
  const tickAtMs = workflowInfo().startTime.getTime();
  const answers = await Promise.all(input.sources.map(ask));
  return await publishQuotes({ tickAtMs, answers });
}

async function ask(source: SourceName): Promise<SourceAnswer> {
  try {
    return await fetchQuotes({ source });
  } catch (error) {
    if (!(error instanceof ActivityFailure)) throw error;
    const message = 'The source could not be asked within this tick';
    return { source, asked: true, quotes: [], failures: [{ kind: 'timed_out', message }] };
  }
}
