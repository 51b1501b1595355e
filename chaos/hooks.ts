import type { ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';
import { Webhook } from 'standardwebhooks';
import { type ReceivedRequest, startReceiver } from '../test/support/receiver';
import type { PlannedAlert, Reply } from './plan';

/** One request as the receiver saw it. */
export interface Arrival {
  /** The path it came to; each alert has one of its own. */
  path: string;
  /** Its webhook-id. */
  id: string;
  body: string;
  at: Date;
  /** Whether its signature is its owner's. */
  genuine: boolean;
  /** The status that was written to a connection that was open still; null where nothing was. */
  answered: number | null;
}

export interface Hooks {
  arrivals: Arrival[];
  /** The webhook URL of the alert with this index in the plan. */
  url(index: number): string;
  close(): Promise<void>;
}

const STATUS = { accept: 204, slow: 204, refuse: 503, gone: 410 } as const;
/** Within WEBHOOK_TIMEOUT. */
const SLOW_MS = 700;

/** The users' web server: it records what it is sent and answers as the plan says. */
export async function startHooks(alerts: PlannedAlert[], secretOf: (user: number) => string): Promise<Hooks> {
  const receiver = await startReceiver();
  const arrivals: Arrival[] = [];
  const url = (index: number) => `${receiver.url}/${index}`;
  const indexOf = new Map(alerts.map((_, index) => [new URL(url(index)).pathname, index]));
  const seen = new Map<string, number>();

  receiver.answer(async (request, response) => {
    const { path } = request;
    const alert = alerts[indexOf.get(path) ?? -1];
    const before = seen.get(path) ?? 0;
    seen.set(path, before + 1);
    const arrival: Arrival = {
      path,
      id: String(request.headers['webhook-id']),
      body: request.body,
      at: request.at,
      genuine: alert !== undefined && isGenuine(request, secretOf(alert.user)),
      answered: null,
    };
    arrivals.push(arrival);
    await reply(alert?.replies[before] ?? 'accept', arrival, response);
  });
  return { arrivals, url, close: receiver.close };
}

async function reply(how: Reply, arrival: Arrival, response: ServerResponse): Promise<void> {
  if (how === 'hang') return;
  if (how === 'hang up') {
    response.destroy();
    return;
  }
  if (how === 'slow') await sleep(SLOW_MS);
  if (response.destroyed || response.socket?.destroyed) return;
  arrival.answered = STATUS[how];
  response.writeHead(STATUS[how]).end();
}

function isGenuine({ body, headers }: ReceivedRequest, secret: string): boolean {
  try {
    new Webhook(secret).verify(body, headers as Record<string, string>);
    return true;
  } catch {
    return false;
  }
}
