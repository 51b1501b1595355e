import { propagation, ROOT_CONTEXT, trace } from '@opentelemetry/api';
import { defaultPayloadConverter, type Headers } from '@temporalio/common';
import {
  OpenTelemetryActivityInboundInterceptor,
  OpenTelemetryActivityOutboundInterceptor,
} from '@temporalio/interceptors-opentelemetry/lib/worker';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { requestIdOf } from './caller';
import { isTracing } from './tracing';

/** See `src/workflows/interceptors.ts`. */
const ORIGIN_HEADER = 'pricehook-origin';

/** What surrounds every activity: the request's id in its log lines, and its span where traces are made. */
export function activityInterceptors(): ActivityInterceptorsFactory[] {
  return [...(isTracing() ? [traced] : []), named];
}

const traced: ActivityInterceptorsFactory = (ctx) => ({
  inbound: new OpenTelemetryActivityInboundInterceptor(ctx),
  outbound: new OpenTelemetryActivityOutboundInterceptor(ctx),
});

const named: ActivityInterceptorsFactory = () => {
  let requestId: string | undefined;
  return {
    inbound: {
      execute(input, next) {
        requestId = requestIdOf(input.headers);
        linkOrigin(input.headers);
        return next(input);
      },
    },
    outbound: {
      getLogAttributes: (input, next) => next(requestId === undefined ? input : { requestId, ...input }),
    },
  };
};

/** An alert that a tick woke is in the tick's trace; a link leads to the request that made the alert. */
function linkOrigin(headers: Headers): void {
  const origin = headers[ORIGIN_HEADER];
  const span = trace.getActiveSpan();
  if (origin === undefined || span === undefined) return;
  const carrier = defaultPayloadConverter.fromPayload(origin);
  const context = trace.getSpanContext(propagation.extract(ROOT_CONTEXT, carrier));
  if (context !== undefined) span.addLink({ context });
}
