import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { stopOrphans } from '../../src/dev/children';
import { freePort } from '../../src/dev/ports';
import { startedAt } from '../../src/dev/process-table';
import { alertWorkflowId, connectTemporal, type TemporalConnection } from '../../src/temporal';
import { registerUser } from '../support/api-client';
import { eventually } from '../support/eventually';
import { type StartedProcess, startProcess } from '../support/processes';
import { startReceiver } from '../support/receiver';

let dataDir: string;
let env: Record<string, string>;
let started: StartedProcess[];

beforeEach(async () => {
  dataDir = mkdtempSync(join(tmpdir(), 'pricehook-up-'));
  started = [];
  env = {
    DATA_DIR: dataDir,
    MARKET: 'replay',
    INGEST_INTERVAL: '1s',
    BACKFILL_AT_START: '0s',
    PORT: String(await freePort()),
    TEMPORAL_PORT: String(await freePort()),
    TEMPORAL_UI_PORT: String(await freePort()),
    TEMPORAL_CLI_PATH: process.env.TEST_TEMPORAL_CLI as string,
  };
});

afterEach(async () => {
  await Promise.all(started.map((stack) => stack.kill()));
  await stopOrphans(dataDir);
  rmSync(dataDir, { recursive: true, force: true, maxRetries: 5 });
});

async function up(): Promise<StartedProcess> {
  const stack = await startProcess('dev/up.js', env, 'Ctrl-C stops everything');
  started.push(stack);
  return stack;
}

function childIds(): number[] {
  const records = JSON.parse(readFileSync(join(dataDir, 'children.json'), 'utf8')) as { pid: number }[];
  return records.map(({ pid }) => pid);
}

async function untilHealthy(stack: StartedProcess): Promise<void> {
  await eventually(async () => {
    const response = await fetch(`http://127.0.0.1:${env.PORT}/health`);
    const text = await response.text();
    if (response.status !== 200) throw new Error(text);
    expect(JSON.parse(text)).toMatchObject({ status: 'ok', market: 'replay' });
  }).catch((error: Error) => {
    throw new Error(`${error.message}\n${stack.output()}`);
  });
}

/** Pauses the schedule that ingests quotes, or lets it go on, and waits for a tick under way. */
async function pauseIngestion(pause: boolean): Promise<void> {
  await withTemporal(async ({ client }) => {
    const schedule = client.schedule.getHandle('ingest-quotes');
    await (pause ? schedule.pause() : schedule.unpause());
    await eventually(async () => {
      const { runningActions } = (await schedule.describe()).info;
      if (pause && runningActions.length > 0) throw new Error('A tick is under way');
    });
  });
}

/** The run of an alert's workflow, and whether it goes on. */
const runOf = (alertId: string) =>
  withTemporal(({ client }) =>
    eventually(async () => {
      const { runId, status } = await client.workflow.getHandle(alertWorkflowId(alertId)).describe();
      return { runId, status: status.name };
    }),
  );

async function withTemporal<T>(work: (temporal: TemporalConnection) => Promise<T>): Promise<T> {
  const temporal = connectTemporal({ connectionOptions: { address: `127.0.0.1:${env.TEMPORAL_PORT}` } });
  try {
    return await work(temporal);
  } finally {
    await temporal.close();
  }
}

describe('up', () => {
  it('runs a whole healthy stack once, and leaves nothing running behind', async () => {
    const stack = await up();
    expect(stack.output()).toContain('replay: recorded prices, not real');
    await untilHealthy(stack);
    await expect(up()).rejects.toThrow(
      `runs on ${dataDir} already (process ${stack.pid}); its API is at http://127.0.0.1:${env.PORT}`,
    );

    const children = childIds();
    expect(children).toHaveLength(2);
    expect(await stack.stop()).toBe(0);
    expect(children.map(startedAt)).toEqual([undefined, undefined]);
  });

  it('stops what a killed start left running, and starts anew', async () => {
    await (await up()).kill();
    const orphans = childIds();
    expect(orphans.map(startedAt)).not.toContain(undefined);

    const stack = await up();
    expect(stack.output()).toMatch(
      /Stopped what .* left running: (PostgreSQL, Temporal|Temporal, PostgreSQL)/,
    );
    expect(orphans.map(startedAt)).toEqual([undefined, undefined]);
    await untilHealthy(stack);
    expect(await stack.stop()).toBe(0);
  });

  it('starts PostgreSQL and Temporal again when they die', async () => {
    const stack = await up();
    const first = childIds();
    for (const pid of first) process.kill(pid, 'SIGKILL');
    await eventually(() => {
      expect(stack.output()).toContain('PostgreSQL runs again');
      expect(stack.output()).toContain('Temporal runs again');
    });
    await untilHealthy(stack);
    const second = childIds();
    expect(second.filter((pid) => first.includes(pid))).toEqual([]);
    expect(await stack.stop()).toBe(0);
    expect(second.map(startedAt)).toEqual([undefined, undefined]);
  });

  it('takes up where it stopped: a sleeping alert goes on sleeping, and one that still stands crossed fires', async () => {
    const receiver = await startReceiver();
    const url = `http://127.0.0.1:${env.PORT}`;
    try {
      const first = await up();
      await untilHealthy(first);
      const user = await registerUser(url, 'sleeper@example.com');
      const create = async (target: number) => {
        const wish = { ticker: 'BTC', condition: 'gt', target_price: target, webhook_url: receiver.url };
        const answer = await user.call<{ id: string }>('POST', '/api/v1/alerts/', wish);
        expect(answer.status).toBe(201);
        return answer.body.id;
      };
      const statusOf = async (id: string) =>
        (await user.call<{ status: string }>('GET', `/api/v1/alerts/${id}`)).body.status;
      const sleeping = await create(1e9);
      // No quote may come between its creation and the stop.
      await pauseIngestion(true);
      const crossed = await create(1);
      const before = await runOf(sleeping);
      expect(await first.stop()).toBe(0);
      expect(receiver.requests).toEqual([]);

      const second = await up();
      await pauseIngestion(false);
      await receiver.waitFor(1);
      expect(JSON.parse(receiver.requests[0]?.body ?? '')).toMatchObject({
        alert_id: crossed,
        simulated: true,
      });
      expect(await statusOf(sleeping)).toBe('active');
      expect(await runOf(sleeping)).toEqual(before);
      expect(await second.stop()).toBe(0);
    } finally {
      await receiver.close();
    }
  });

  it('names the variable of a port that is taken', async () => {
    const squatter = createServer().listen(0, '127.0.0.1');
    await once(squatter, 'listening');
    env.TEMPORAL_UI_PORT = String((squatter.address() as AddressInfo).port);
    await expect(up()).rejects.toThrow(
      `Port ${env.TEMPORAL_UI_PORT} (TEMPORAL_UI_PORT) is taken; stop what uses it or set TEMPORAL_UI_PORT to another.`,
    );
    squatter.close();
  });

  it('says what is wrong with a setting, and nothing else', async () => {
    env.MIN_SOURCES = 'many';
    const failure = await up().catch((error: Error) => error);
    expect(String(failure)).toContain('MIN_SOURCES is "many"; allowed: a whole number from 1 to 6');
    expect(String(failure)).not.toContain('    at ');
  });
});
