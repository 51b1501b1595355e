import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { Agent, get, type IncomingMessage, request } from 'node:http';
import { join } from 'node:path';
import { text } from 'node:stream/consumers';
import { freePort } from '../../src/dev/ports';
import { type RegisteredUser, registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type OtlpReceiver, type ReceivedSpan, startOtlpReceiver } from '../support/otlp-receiver';
import type { StartedProcess } from '../support/processes';
import { type Receiver, startReceiver } from '../support/receiver';
import { startTestStack, type TestStack } from '../support/test-stack';

const ROOT = join(__dirname, '../..');

let stack: TestStack;
let receiver: Receiver;
let otlp: OtlpReceiver;
let api: StartedProcess & { url: string };
let worker: StartedProcess;
let user: RegisteredUser;
let workerUrl: string;

beforeAll(async () => {
  [receiver, otlp] = await Promise.all([startReceiver(), startOtlpReceiver()]);
  stack = await startTestStack({
    OTEL_EXPORTER_OTLP_ENDPOINT: otlp.endpoint,
    OTEL_EXPORTER_OTLP_PROTOCOL: 'http/json',
    OTEL_BSP_SCHEDULE_DELAY: '100',
    SHUTDOWN_DELAY: '3s',
  });
  const metricsPort = await freePort();
  workerUrl = `http://127.0.0.1:${metricsPort}`;
  api = await stack.startApi();
  worker = await stack.startWorker({ WORKER_METRICS_ADDRESS: `127.0.0.1:${metricsPort}` });
  user = await registerUser(api.url, 'observed@example.com');
}, 120_000);

afterAll(async () => {
  await stack?.close();
  await Promise.all([receiver?.close(), otlp?.close()]);
});

const spanOf = (test: (span: ReceivedSpan) => boolean, what: string) =>
  eventually(() => {
    const found = otlp.spans.find(test);
    if (found === undefined)
      throw new Error(`No span ${what}: ${otlp.spans.map(({ name }) => name).join(', ')}`);
    return found;
  });

async function answerOf(url: string): Promise<string> {
  const response = await fetch(url);
  expect(response.status).toBe(200);
  return await response.text();
}

describe('a firing', () => {
  it('is one trace from the tick to the webhook, with a link to the request that made the alert', async () => {
    // Its first look finds it waiting: no price is below it.
    const response = await fetch(`${api.url}/api/v1/alerts/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': user.apiKey,
        'x-request-id': 'asked-by-me',
      },
      body: JSON.stringify({ ticker: 'BTC', condition: 'lt', target_price: 1, webhook_url: receiver.url }),
    });
    expect(response.status).toBe(201);
    const { id } = (await response.json()) as { id: string };
    const asked = await spanOf(({ name }) => name === 'POST /api/v1/alerts', 'of the request');
    expect(asked.service).toBe('pricehook-api');
    const looked = await spanOf(
      ({ name, traceId }) => name === 'RunActivity:checkAlert' && traceId === asked.traceId,
      "of the alert's first look",
    );
    expect(looked.service).toBe('pricehook-worker');

    // Without a word to the workflow: only a tick can tell it now.
    await stack.db.updateTable('alerts').set({ condition: 'gt' }).where('id', '=', id).execute();
    const [request] = await receiver.waitFor(1);
    const traceparent = /^00-([0-9a-f]{32})-([0-9a-f]{16})-01$/.exec(String(request?.headers.traceparent));
    const [, traceId, spanId] = traceparent ?? [];
    expect(traceId).toBeDefined();

    const post = await spanOf((span) => span.spanId === spanId, 'of the POST');
    expect([post.name, post.traceId]).toEqual(['POST webhook', traceId]);
    const delivery = await spanOf((span) => span.spanId === post.parentSpanId, 'of the delivery');
    expect(delivery.name).toBe('RunActivity:deliverWebhook');
    expect(delivery.links.map((link) => link.traceId)).toEqual([asked.traceId]);
    const signal = await spanOf((span) => span.spanId === delivery.parentSpanId, 'of the signal');
    expect(signal.name).toBe('SignalWorkflow:wake');
    const tick = await spanOf((span) => span.spanId === signal.parentSpanId, 'of the tick');
    expect(tick.name).toBe('RunActivity:publishQuotes');
    for (const span of [delivery, signal, tick]) expect(span.traceId).toBe(traceId);

    const lines = await eventually(() => {
      const delivered = worker
        .output()
        .split('\n')
        .filter((line) => line.includes(`"workflowId":"alert-${id}"`));
      expect(delivered.join('\n')).toContain('delivered at attempt 1');
      return delivered;
    });
    const line = JSON.parse(lines.find((one) => one.includes('delivered at')) as string);
    expect(line).toMatchObject({ requestId: 'asked-by-me', trace_id: traceId });
  });

  it('reach into the child that delivers for an alert that goes on', async () => {
    const answer = await fetch(`${api.url}/api/v1/alerts/`, {
      method: 'POST',
      headers: {
        'content-type': 'application/json',
        'x-api-key': user.apiKey,
        'x-request-id': 'asked-for-more',
      },
      body: JSON.stringify({
        ...{
          ticker: 'ETH',
          condition: 'gt',
          threshold: 1,
          repeat: { every: '1h' },
          webhook_url: receiver.url,
        },
      }),
    });
    const { id } = (await answer.json()) as { id: string };
    const request = await eventually(() => {
      const found = receiver.requests.find(({ body }) => body.includes(id));
      if (found === undefined) throw new Error('It has not arrived yet');
      return found;
    });
    const [, traceId, spanId] =
      /^00-([0-9a-f]{32})-([0-9a-f]{16})/.exec(String(request.headers.traceparent)) ?? [];
    const post = await spanOf((span) => span.spanId === spanId, 'of the POST');
    const delivery = await spanOf((span) => span.spanId === post.parentSpanId, 'of the delivery');
    expect(delivery.traceId).toBe(traceId);
    const asked = await spanOf(
      (span) =>
        span.name === 'POST /api/v1/alerts' && delivery.links.some((link) => link.traceId === span.traceId),
      'of the request',
    );
    expect(asked.service).toBe('pricehook-api');
    await eventually(() => {
      const lines = worker
        .output()
        .split('\n')
        .filter((line) => line.includes('asked-for-more'));
      expect(lines.join('\n')).toMatch(/"workflowId":"delivery-msg_\w+".*delivered at attempt 1/);
    });
  });
});

describe('the dashboard and the alert rules', () => {
  /** Appear with their first event, which these tests do not bring about. */
  const LATER = ['temporal_workflow_task_execution_failed_total'];

  it('use metrics that a running API or worker has', async () => {
    const known = await eventually(async () => {
      const figures = `${await answerOf(`${api.url}/metrics`)}${await answerOf(`${workerUrl}/metrics`)}`;
      // Not the figures themselves: they would fill the terminal.
      const lines = [
        /^temporal_activity_schedule_to_start_latency_seconds_bucket/m,
        /^pricehook_quote_to_post_seconds_count 2$/m,
        /^pricehook_delivery_attempts_total\{outcome="delivered",error_class="none"\} 2$/m,
        /^pricehook_http_requests_total\{method="POST",route="\/api\/v1\/alerts",status="201"\} 2$/m,
      ];
      expect(lines.filter((line) => !line.test(figures))).toEqual([]);
      for (const secret of [user.id, user.apiKey, new URL(receiver.url).host, 'msg_'])
        expect(figures.includes(secret) && secret).toBe(false);
      return new Set([...figures.matchAll(/^# TYPE (\w+)/gm)].map((match) => match[1]));
    });
    const read = (file: string) => readFileSync(join(ROOT, 'ops', file), 'utf8');
    const dashboard = JSON.parse(read('grafana/dashboards/pricehook.json')) as {
      panels: { targets?: { expr: string }[] }[];
    };
    const queries = [
      ...dashboard.panels.flatMap(({ targets = [] }) => targets.map(({ expr }) => expr)),
      read('prometheus/rules.yml'),
    ].join('\n');
    const named = new Set(queries.match(/\b(pricehook|temporal|nodejs|process)_[a-z0-9_]+/g));
    expect(named.size).toBeGreaterThan(30);
    // A worker that has not reported yet, or no hour, has no figures of it.
    const optional = [...LATER, 'pricehook_report_age_seconds', 'pricehook_quality_ratio'];
    const missing = [...named].filter((name) => !known.has(name) && !known.has(name.replace(/_bucket$/, '')));
    expect(missing.filter((name) => !optional.includes(name))).toEqual([]);
  });
});

describe('SIGTERM', () => {
  const agent = new Agent({ keepAlive: true });
  const probe = async (path: string) => {
    const [response] = (await once(get(api.url + path, { agent }), 'response')) as [IncomingMessage];
    return [response.statusCode, await text(response)];
  };

  it('makes the API not ready, lets it go on for SHUTDOWN_DELAY, and ends it after what is under way', async () => {
    expect(await probe('/health/ready')).toEqual([200, '{"status":"ok"}']);
    const body = JSON.stringify({ email: 'late@example.com' });
    const open = request(`${api.url}/api/v1/users/register`, {
      method: 'POST',
      headers: { 'Content-Type': 'application/json', 'Content-Length': body.length },
    });
    open.write(body.slice(0, 5));
    await once(open, 'socket').then(([socket]) => socket.connecting && once(socket, 'connect'));
    const ended = api.stop();
    await eventually(async () => {
      expect(await probe('/health/ready')).toEqual([503, '{"status":"draining"}']);
    });
    expect(await probe('/health/live')).toEqual([200, '{"status":"ok"}']);
    expect((await fetch(`${api.url}/metrics`)).status).toBe(200);
    open.end(body.slice(5));
    const [response] = (await once(open, 'response')) as [IncomingMessage];
    response.resume();
    expect(response.statusCode).toBe(201);
    agent.destroy();
    expect(await ended).toBe(0);
    await expect(fetch(`${api.url}/health/live`)).rejects.toThrow();
  });

  it('ends the worker, and what it still knew of traces is sent', async () => {
    expect(await answerOf(`${workerUrl}/health/ready`)).toBe('{"status":"ok"}');
    expect(await worker.stop()).toBe(0);
  });
});
