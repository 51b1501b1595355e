import { setTimeout as sleep } from 'node:timers/promises';
import pino from 'pino';
import { type Supervisable, supervise } from '../src/dev/supervise';
import type { TestStack } from '../test/support/test-stack';
import type { PartName } from './plan';

/** A part of the stack that is started again whenever it ends. */
export interface Part {
  /** SIGKILL, once it runs; it is started again `forMs` milliseconds later. Returns when it has ended. */
  kill(forMs: number): Promise<void>;
  /** Waits until it runs. */
  running(): Promise<void>;
  /** Ends it for good, in order. */
  stop(): Promise<void>;
}

interface Killable extends Supervisable {
  kill(): unknown;
}

/** Puts all four parts of a running stack under the supervisor of `npm start`. */
export async function superviseParts(
  stack: TestStack,
  say: (line: string) => void,
): Promise<{ apiUrl: string; parts: Record<PartName, Part> }> {
  const api = await stack.startApi();
  const { port } = new URL(api.url);
  const part = <T extends Killable>(name: PartName, first: T, again: () => Promise<T>) =>
    supervisedPart(name, first, again, say);
  const worker = await stack.startWorker();
  return {
    apiUrl: api.url,
    parts: {
      API: part('API', asKillable(api), async () => asKillable(await stack.startApi({ PORT: port }))),
      worker: part('worker', asKillable(worker), async () => asKillable(await stack.startWorker())),
      Temporal: part('Temporal', stack.temporalServer(), async () => {
        await stack.restartTemporal();
        return stack.temporalServer();
      }),
      PostgreSQL: part('PostgreSQL', stack.postgres(), async () => {
        await stack.restartPostgres();
        return stack.postgres();
      }),
    },
  };
}

function supervisedPart<T extends Killable>(
  name: PartName,
  first: T,
  again: () => Promise<T>,
  say: (line: string) => void,
): Part {
  const log = pino({}, { write: (line: string) => say(messageOf(line)) });
  let isRunning = true;
  let heldDown: Promise<unknown> = Promise.resolve();
  const watch = (process: T): T => {
    isRunning = true;
    void process.exited.then(() => {
      isRunning = false;
    });
    return process;
  };
  const supervised = supervise({
    name,
    first: watch(first),
    again: async () => {
      await heldDown;
      return watch(await again());
    },
    log,
    // What can't start while something else is down comes up in the end; a run that never settles fails by itself.
    maxEnds: 1_000,
    pauseMs: 100,
  });
  const running = async () => {
    while (!isRunning) await sleep(20);
  };
  return {
    running,
    async kill(forMs) {
      await running();
      heldDown = sleep(forMs);
      const process = supervised.current();
      process.kill();
      await process.exited;
    },
    stop: () => supervised.stop(),
  };
}

const asKillable = (started: { exited: Promise<unknown>; kill(): unknown; stop(): Promise<unknown> }) => ({
  exited: started.exited,
  kill: started.kill,
  stop: async () => void (await started.stop()),
});

const messageOf = (line: string) => (JSON.parse(line) as { msg: string }).msg;
