import { AsyncLocalStorage } from 'node:async_hooks';
import { type Context, context } from '@opentelemetry/api';
import type { WorkflowClientInterceptor } from '@temporalio/client';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';

/** The header that takes a request's id to workflows and on to their activities. */
export const REQUEST_HEADER = 'pricehook-request-id';

/** On whose behalf something is done behind an answer. */
export interface Caller {
  requestId: string | undefined;
  /** The span that was active when the request was handled. */
  trace: Context;
}

const requests = new AsyncLocalStorage<string | undefined>();

/** Who calls now. */
export const callerOf = (requestId?: string): Caller => ({ requestId, trace: context.active() });

/** Does something later as if its caller did it: what Temporal is told carries their trace and request id. */
export function onBehalfOf<T>({ requestId, trace }: Caller, step: () => Promise<T>): Promise<T> {
  return context.with(trace, () => requests.run(requestId, step));
}

/** Tells workflows that are started or signalled which request it is for. */
export const requestIdInterceptor: WorkflowClientInterceptor = {
  start: (input, next) => next(withRequestId(input)),
  startWithDetails: (input, next) => next(withRequestId(input)),
  signal: (input, next) => next(withRequestId(input)),
  signalWithStart: (input, next) => next(withRequestId(input)),
};

function withRequestId<T extends { readonly headers: Headers }>(input: T): T {
  const requestId = requests.getStore();
  if (requestId === undefined) return input;
  return {
    ...input,
    headers: { ...input.headers, [REQUEST_HEADER]: defaultPayloadConverter.toPayload(requestId) },
  };
}

/** The id of the request that an activity is run for; undefined where there is none. */
export function requestIdOf(headers: Headers): string | undefined {
  const payload = headers[REQUEST_HEADER];
  if (payload === undefined) return undefined;
  const id: unknown = defaultPayloadConverter.fromPayload(payload);
  return typeof id === 'string' ? id : undefined;
}
