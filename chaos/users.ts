import { setTimeout as sleep } from 'node:timers/promises';
import { type Answer, type ApiClient, apiClient, registerUser } from '../test/support/api-client';

interface AlertAnswer {
  id: string;
  webhook_url: string;
}

export interface Wish {
  ticker: string;
  condition: string;
  target_price: number;
  webhook_url: string;
}

/** A user as a careful one behaves: a call without an answer is looked into before it is made again. */
export interface User {
  secret: string;
  /** Makes an alert; answers its id, whether a 201 said so or a look at the list, and how many POSTs it took. */
  create(wish: Wish): Promise<{ id: string; by: '201' | 'list'; posts: number }>;
  /** Deletes an alert; answers when that was certain, and whether a 204 said so or a 404 after calls without an answer. */
  remove(id: string): Promise<{ at: Date; by: '204' | '404' }>;
}

/** A call that takes longer has no answer for its caller. */
const CALL_TIMEOUT_MS = 8_000;
const PAUSE_MS = 200;
/** Nothing that the plan does lasts nearly as long. */
const GIVE_UP_MS = 180_000;

/** Registers a user at the API at `url`. `brokenOff` ends all waiting. */
export async function newUser(url: string, email: string, brokenOff: AbortSignal): Promise<User> {
  const { apiKey, webhookSecret } = await registerUser(url, email);
  const client = apiClient(url, apiKey, CALL_TIMEOUT_MS);

  return {
    secret: webhookSecret,
    async create(wish) {
      const deadline = Date.now() + GIVE_UP_MS;
      for (let posts = 1; ; posts += 1) {
        const made = await answerOf<AlertAnswer>(client, 'POST', '/api/v1/alerts/', wish);
        if (made?.status === 201) return { id: made.body.id, by: '201', posts };
        assertNotRefused(made, [409], 'POST');
        const alerts = await listed(deadline);
        const found = alerts.find((alert) => alert.webhook_url === wish.webhook_url);
        if (found) return { id: found.id, by: 'list', posts };
        await pause(deadline);
      }
    },
    async remove(id) {
      const deadline = Date.now() + GIVE_UP_MS;
      for (;;) {
        const removed = await answerOf(client, 'DELETE', `/api/v1/alerts/${id}`);
        if (removed?.status === 204) return { at: new Date(), by: '204' };
        if (removed?.status === 404) return { at: new Date(), by: '404' };
        assertNotRefused(removed, [], 'DELETE');
        await pause(deadline);
      }
    },
  };

  async function listed(deadline: number): Promise<AlertAnswer[]> {
    for (;;) {
      const answer = await answerOf<AlertAnswer[]>(client, 'GET', '/api/v1/alerts/');
      if (answer?.status === 200) return answer.body;
      assertNotRefused(answer, [], 'GET');
      await pause(deadline);
    }
  }

  async function pause(deadline: number): Promise<void> {
    if (Date.now() > deadline) throw new Error(`The API gave no answer for ${GIVE_UP_MS / 1000} s`);
    await sleep(PAUSE_MS, undefined, { signal: brokenOff });
  }
}

/** Undefined where no answer came: what the call did is not known then. */
async function answerOf<T>(client: ApiClient, method: string, path: string, body?: unknown) {
  return await client.call<T>(method, path, body).catch(() => undefined);
}

/** What a server that is in trouble answers tells nothing; any other refusal is a fault of the engine, or of this program. */
function assertNotRefused(answer: Answer<unknown> | undefined, allowed: number[], method: string): void {
  if (answer === undefined || answer.status >= 500 || allowed.includes(answer.status)) return;
  throw new Error(`${method} was answered with ${answer.status}: ${JSON.stringify(answer.body)}`);
}
