import { randomUUID } from 'node:crypto';
import { once } from 'node:events';
import type { AddressInfo } from 'node:net';
import { PassThrough } from 'node:stream';
import { finished } from 'node:stream/promises';
import pino from 'pino';
import { newApiKey } from '../../src/api/api-key';
import { createApp } from '../../src/api/app';
import type {
  AlertWorkflows,
  ApiDeps,
  DeliveryCarrier,
  DeliveryWorkflows,
  ReportWorkflows,
} from '../../src/api/deps';
import { feedCaches } from '../../src/api/feeds';
import { createHttpServer } from '../../src/api/http-server';
import { KeyCache } from '../../src/api/key-cache';
import { QuoteCache } from '../../src/api/quote-cache';
import { StreamHub, type TIMING } from '../../src/api/stream/hub';
import { readConfig } from '../../src/config';
import { insertUser } from '../../src/db/users';
import { newWebhookSecret } from '../../src/webhooks/sign';
import { createTestDatabase, type TestDatabase } from '../support/database';
import { eventually } from '../support/eventually';
import { TEST_SECRETS_KEY, testBox } from '../support/secrets';

type TestConfig = ApiDeps['config'];

/** Remembers what the API wanted of Temporal. */
class RecordedWorkflows implements AlertWorkflows {
  started: string[] = [];
  changedIds: string[] = [];
  up = true;
  start(alertId: string): void {
    this.started.push(alertId);
  }
  changed(alertId: string): void {
    this.changedIds.push(alertId);
  }
  async isUp(): Promise<boolean> {
    return this.up;
  }
  urlOf(alertId: string): string {
    return `http://temporal.example/alert-${alertId}`;
  }
}

/** Remembers what the API wanted of Temporal for deliveries. */
class RecordedDeliveries implements DeliveryWorkflows {
  readonly wanted: [keyof DeliveryWorkflows, string][] = [];
  start({ id }: DeliveryCarrier): void {
    this.wanted.push(['start', id]);
  }
  async make({ id }: DeliveryCarrier): Promise<boolean> {
    this.wanted.push(['make', id]);
    return true;
  }
  hurry({ id }: DeliveryCarrier): void {
    this.wanted.push(['hurry', id]);
  }
  cancel({ id }: DeliveryCarrier): void {
    this.wanted.push(['cancel', id]);
  }
  urlOf(workflowId: string, runId?: string): string {
    return ['http://temporal.example', workflowId, runId].filter(Boolean).join('/');
  }
}

/** Remembers how often the API wanted a report. */
class RecordedReports implements ReportWorkflows {
  runs = 0;
  async run() {
    this.runs += 1;
    return { workflowId: 'market-report-run', runId: `run-${this.runs}` };
  }
  urlOf(workflowId: string, runId: string): string {
    return `http://temporal.example/${workflowId}/${runId}`;
  }
}

export interface Answer {
  status: number;
  headers: Headers;
  text: string;
  // Whatever the test expects it to be; a wrong expectation fails there.
  json: ReturnType<typeof JSON.parse>;
}

export interface Ask {
  key?: string;
  /** Sent as JSON. */
  body?: unknown;
  /** Sent as it is. */
  raw?: string | Uint8Array;
  headers?: Record<string, string>;
}

export interface TestApi {
  url: string;
  db: TestDatabase['db'];
  keys: KeyCache;
  quotes: QuoteCache;
  stream: StreamHub;
  workflows: RecordedWorkflows;
  deliveries: RecordedDeliveries;
  reports: RecordedReports;
  /** Everything that was logged, a line each. */
  logged: () => Record<string, unknown>[];
  ask(request: string, ask?: Ask): Promise<Answer>;
  close(): Promise<void>;
}

/** The configuration of a test's API: the replay market, no limits, unless the test wants others. */
export function testConfig(databaseUrl: string, changes: Partial<TestConfig> = {}): TestConfig {
  const config = readConfig({ SECRETS_KEY: TEST_SECRETS_KEY }, false);
  return { ...(config as TestConfig), databaseUrl, market: 'replay', rateLimits: false, ...changes };
}

/** The app on a free port of loopback, over a database that the caller keeps. */
export async function startApi(
  { db, url: databaseUrl }: TestDatabase,
  changes: Partial<TestConfig> = {},
  parts: Partial<ApiDeps> = {},
  timing: Partial<typeof TIMING> = {},
): Promise<TestApi> {
  const config = testConfig(databaseUrl, changes);
  const lines: string[] = [];
  const sink = new PassThrough({ encoding: 'utf8' });
  sink.on('data', (line: string) => lines.push(line));
  const log = pino({ level: 'debug' }, sink);
  const keys = new KeyCache(db);
  const quotes = new QuoteCache(db, config, log);
  const stream = new StreamHub(db, config, quotes, log, timing);
  const feeds = feedCaches(databaseUrl, { keys, quotes, stream }, log);
  const workflows = new RecordedWorkflows();
  const deliveries = new RecordedDeliveries();
  const reports = new RecordedReports();
  const checkUrl = async () => {};
  const isDraining = () => false;
  const app = createApp({
    ...{ db, config, log, quotes, keys, stream, workflows, deliveries, reports },
    ...{ box: testBox, checkUrl, isDraining },
    ...parts,
  });
  const server = createHttpServer(app.callback()).listen(0, '127.0.0.1');
  await once(server, 'listening');
  await eventually(() => expect(keys.isUp).toBe(true));
  const url = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    ...{ url, db, keys, quotes, stream, workflows, deliveries, reports },
    logged: () =>
      lines
        .join('')
        .split('\n')
        .filter(Boolean)
        .map((line) => JSON.parse(line)),
    ask: (request, options) => ask(url, request, options),
    close: async () => {
      server.close();
      server.closeAllConnections();
      await stream.close();
      await feeds.close();
      sink.end();
      await finished(sink, { readable: false });
    },
  };
}

/** An API for one test, closed whatever comes of it. */
export async function withApi(
  database: TestDatabase,
  { changes = {}, parts = {} }: { changes?: Partial<TestConfig>; parts?: Partial<ApiDeps> },
  test: (api: TestApi) => Promise<void>,
): Promise<void> {
  const api = await startApi(database, changes, parts);
  try {
    await test(api);
  } finally {
    await api.close();
  }
}

async function ask(url: string, request: string, { key, body, raw, headers }: Ask = {}): Promise<Answer> {
  const [method, path] = request.split(' ') as [string, string];
  const response = await fetch(url + path, {
    method,
    headers: {
      ...(key !== undefined && { 'X-API-Key': key }),
      ...(body !== undefined && { 'Content-Type': 'application/json' }),
      ...headers,
    },
    body: raw ?? (body === undefined ? undefined : JSON.stringify(body)),
    redirect: 'manual',
  });
  const text = await response.text();
  const isJson = response.headers.get('content-type')?.includes('json') && text !== '';
  return {
    status: response.status,
    headers: response.headers,
    text,
    json: isJson ? JSON.parse(text) : undefined,
  };
}

export interface TestUser {
  id: string;
  email: string;
  key: string;
}

let userNumber = 0;

/** A user with a key, without the detour over the API. */
export async function addUser(db: TestDatabase['db']): Promise<TestUser> {
  userNumber += 1;
  const email = `user-${userNumber}@example.com`;
  const { key, prefix, hash } = newApiKey();
  const id = randomUUID();
  const sealedSecret = testBox.seal(newWebhookSecret(), id);
  await insertUser(db, { id, email, sealedSecret, apiKey: { prefix, hash } });
  return { id, email, key };
}

/** One database and one API for all tests of a file. */
export function useApi(changes: Partial<TestConfig> = {}, parts: Partial<ApiDeps> = {}): () => TestApi {
  let database: TestDatabase;
  let api: TestApi;
  beforeAll(async () => {
    database = await createTestDatabase();
    api = await startApi(database, changes, parts);
  });
  afterAll(async () => {
    await api.close();
    await database.drop();
  });
  return () => api;
}

export const ALERT = {
  ticker: 'BTC',
  target_price: 65_420.15,
  condition: 'gt',
  webhook_url: 'https://example.com/hook',
};

export const MISSING_KEY = { error: 'HTTPException', detail: 'Missing API Key in headers', code: 401 };
export const INVALID_KEY = { error: 'HTTPException', detail: 'Invalid API Key', code: 401 };
export const ALERT_NOT_FOUND = { error: 'HTTPException', detail: 'Alert not found', code: 404 };
