import type { ClientConnectConfig } from '@temporalio/envconfig';
import { createSources } from '../../activities/sources';
import type { Config } from '../../config';
import { connectTemporal } from '../../temporal';
import { type Finding, failed, ok, said, skipped, warning } from './finding';

const ANSWER_WITHIN_MS = 5_000;

/** Whether Temporal answers, and knows the namespace. */
export async function checkTemporal(
  config: Config,
  temporal: ClientConnectConfig | undefined,
): Promise<Finding> {
  const start = 'start it with `npm start`, or set TEMPORAL_ADDRESS';
  if (temporal === undefined) return warning('Temporal', 'it is embedded, and not running', start);
  const { address } = temporal.connectionOptions;
  const namespace = temporal.namespace ?? 'default';
  const connected = connectTemporal(temporal, config.temporalCodec);
  try {
    const server = await connected.connection.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      const { serverVersion } = await connected.connection.workflowService.getSystemInfo({});
      await connected.connection.workflowService.describeNamespace({ namespace });
      return serverVersion;
    });
    return ok('Temporal', `${server} on ${address}, namespace ${namespace}`);
  } catch (error) {
    const detail = `${address}, namespace ${namespace}: ${said(error)}`;
    return failed(
      'Temporal',
      detail,
      config.embedded.temporal
        ? start
        : 'check TEMPORAL_ADDRESS and TEMPORAL_NAMESPACE, or run `npx pricehook migrate`',
    );
  } finally {
    await connected.close();
  }
}

/** Asks each source once, as ingestion does. */
export async function checkSources(config: Config, market: 'live' | 'replay' | 'auto'): Promise<Finding[]> {
  if (market === 'replay')
    return [skipped('Sources', 'the market is replay: recorded prices, and no exchange is asked')];
  const sources = createSources(config);
  const findings = await Promise.all(
    sources.map(async (source) => {
      const { quotes, failures } = await source.fetch(
        [...config.tickers],
        AbortSignal.timeout(ANSWER_WITHIN_MS),
      );
      const name = `Source ${source.name}`;
      if (quotes.length > 0) return ok(name, `${quotes.length} of ${config.tickers.length} tickers`);
      const why = failures[0]?.message ?? 'no price';
      return warning(name, why, 'let this machine reach it, set its …_BASE_URL, or leave it out of SOURCES');
    }),
  );
  const good = findings.filter(({ status }) => status === 'ok').length;
  const detail = `${good} of ${sources.length} answer; MIN_SOURCES is ${config.minSources}`;
  if (good >= config.minSources) return [...findings, ok('Sources', detail)];
  const mend = 'let this machine reach the exchanges, or set MARKET=replay to work on recorded prices';
  return [
    ...findings,
    market === 'auto' ? warning('Sources', detail, mend) : failed('Sources', detail, mend),
  ];
}

/** How far the clocks of the sources' servers are before ours, by what they say in answers of any kind. */
export async function sourceClocks(config: Config): Promise<{ whose: string; aheadMs: number }[]> {
  const clocks = await Promise.all(
    config.sources.map(async (whose) => {
      try {
        const options = {
          method: 'HEAD',
          redirect: 'manual',
          signal: AbortSignal.timeout(ANSWER_WITHIN_MS),
        } as const;
        const { headers } = await fetch(config.baseUrls[whose], options);
        const date = Date.parse(headers.get('date') ?? '');
        // A whole second is all that the header tells: the middle of it.
        return Number.isNaN(date) ? [] : [{ whose, aheadMs: date + 500 - Date.now() }];
      } catch {
        return [];
      }
    }),
  );
  return clocks.flat();
}
