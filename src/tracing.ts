import { VERSION } from './version';

export interface Tracing {
  /** Sends what is left, and ends. */
  stop(): Promise<void>;
}

let isOn = false;

/** Whether traces are made in this process. */
export const isTracing = () => isOn;

/** Whether the environment asks for traces, by OpenTelemetry's standard variables. */
export function wantsTraces(env: NodeJS.ProcessEnv): boolean {
  if (env.OTEL_SDK_DISABLED?.toLowerCase() === 'true' || env.OTEL_TRACES_EXPORTER === 'none') return false;
  return Boolean(env.OTEL_EXPORTER_OTLP_ENDPOINT || env.OTEL_EXPORTER_OTLP_TRACES_ENDPOINT);
}

/**
 * Has traces made and sent over OTLP, where the environment asks for them (`OTEL_EXPORTER_OTLP_ENDPOINT` and the like, read by
 * OpenTelemetry's own packages, which are loaded only then). To be called once, before clients and workers are made.
 * @param service what it is called unless `OTEL_SERVICE_NAME` says otherwise
 */
export async function startTracing(service: string, env: NodeJS.ProcessEnv = process.env): Promise<Tracing> {
  if (!wantsTraces(env)) return { stop: async () => {} };
  const [{ AsyncLocalStorageContextManager }, { W3CTraceContextPropagator }, resources, sdk] =
    await Promise.all([
      import('@opentelemetry/context-async-hooks'),
      import('@opentelemetry/core'),
      import('@opentelemetry/resources'),
      import('@opentelemetry/sdk-trace-base'),
    ]);
  const named = new resources.Resource({ 'service.name': service, 'service.version': VERSION });
  const provider = new sdk.BasicTracerProvider({
    resource: resources.Resource.default().merge(named).merge(resources.envDetectorSync.detect()),
    spanProcessors: [new sdk.BatchSpanProcessor(await exporter(env))],
  });
  provider.register({
    contextManager: new AsyncLocalStorageContextManager(),
    propagator: new W3CTraceContextPropagator(),
  });
  isOn = true;
  return {
    async stop() {
      isOn = false;
      await provider.shutdown();
    },
  };
}

async function exporter(env: NodeJS.ProcessEnv) {
  const protocol = env.OTEL_EXPORTER_OTLP_TRACES_PROTOCOL || env.OTEL_EXPORTER_OTLP_PROTOCOL;
  if (protocol === 'http/json')
    return new (await import('@opentelemetry/exporter-trace-otlp-http')).OTLPTraceExporter();
  return new (await import('@opentelemetry/exporter-trace-otlp-proto')).OTLPTraceExporter();
}
