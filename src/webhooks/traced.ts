import { context, propagation, SpanKind, SpanStatusCode, trace } from '@opentelemetry/api';
import type { AttemptResult } from '../domain/delivery';
import { parseUrl } from '../parse-url';

/**
 * Makes a POST in a span of its own and names it to the receiver, by W3C's `traceparent`; without tracing it only makes the POST.
 * @param send is given the headers that say so
 */
export async function tracedPost(
  url: string,
  send: (headers: Record<string, string>) => Promise<AttemptResult>,
): Promise<AttemptResult> {
  const tracer = trace.getTracer('pricehook');
  // The origin only: paths and queries of webhook URLs often hold secrets.
  const attributes = { 'http.request.method': 'POST', 'server.address': parseUrl(url)?.origin };
  return await tracer.startActiveSpan('POST webhook', { kind: SpanKind.CLIENT, attributes }, async (span) => {
    try {
      const headers: Record<string, string> = {};
      propagation.inject(context.active(), headers);
      const result = await send(headers);
      if (result.statusCode !== null) span.setAttribute('http.response.status_code', result.statusCode);
      if (result.errorClass !== null) {
        span.setAttribute('error.type', result.errorClass);
        span.setStatus({ code: SpanStatusCode.ERROR });
      }
      return result;
    } finally {
      span.end();
    }
  });
}
