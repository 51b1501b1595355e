import { randomBytes } from 'node:crypto';
import { Webhook } from 'standardwebhooks';
import type { MessageForm } from '../../src/domain/message';
import { alertWorkflowId } from '../../src/temporal';
import { renderMessage } from '../../src/webhooks/message';
import { sealHeaders } from '../../src/webhooks/own-headers';
import { createSecretBox } from '../../src/webhooks/secret-box';
import { eventually } from '../support/eventually';
import { testBox } from '../support/secrets';
import { publishPrices } from '../support/seed';
import { call, inStatus, parts, useDeliveries, wakeAll } from './delivery-stack';

useDeliveries();

const SECRET = 'Bearer tok-5f8c1e';
let tick = Date.UTC(2026, 1, 1);

/** An alert that has fired, with headers of its own and a message of this form. */
async function firedWith(form: MessageForm | null, box: { seal: typeof testBox.seal } = testBox) {
  const { db } = parts.database;
  const body = { ticker: 'BTC', condition: 'gt', target_price: 100, webhook_url: parts.receiver.url };
  const { json: alert } = await call('POST /alerts/', body);
  const headers = sealHeaders(box, { Authorization: SECRET, 'X-Env': 'prod' }, parts.user.id);
  await db
    .updateTable('alerts')
    .set({ headers, message: form && JSON.stringify(form) })
    .where('id', '=', alert.id)
    .execute();
  tick += 10_000;
  await publishPrices(db, new Date(tick), { BTC: 101 });
  const delivery = await db
    .selectFrom('deliveries')
    .select(['id', 'body'])
    .where('alert_id', '=', alert.id)
    .executeTakeFirstOrThrow();
  const rendered = renderMessage(form, { ...JSON.parse(delivery.body), note: 'Sell “now”' });
  await db
    .updateTable('deliveries')
    .set({ body: rendered.body, content_type: rendered.contentType })
    .where('id', '=', delivery.id)
    .execute();
  await wakeAll();
  return { alertId: alert.id as string, id: delivery.id };
}

async function ownSecret(): Promise<string> {
  const { secret } = await parts.database.db
    .selectFrom('webhook_secrets')
    .select('secret')
    .where('user_id', '=', parts.user.id)
    .executeTakeFirstOrThrow();
  return testBox.open(secret, parts.user.id);
}

async function historyOf(alertId: string): Promise<string> {
  const handle = parts.namespace.client.workflow.getHandle(alertWorkflowId(alertId));
  await handle.result();
  const history = JSON.stringify(await handle.fetchHistory());
  // Payloads are written in base64.
  return history.replace(/"data":"([^"]*)"/g, (_, data) => Buffer.from(data, 'base64').toString());
}

describe('a message of an alert', () => {
  it('is sent with its headers and its type of content, signed, and tells nobody their values', async () => {
    parts.receiver.answer((request, response) => {
      const isFirst = parts.receiver.requests.length === 1;
      response.writeHead(isFirst ? 500 : 200, { 'x-echo': request.headers.authorization });
      response.end(`Who is ${request.headers.authorization}?`);
    });
    const template = '{{ticker}} is at {{price}}: {{note}}';
    const { alertId, id } = await firedWith({ format: 'json', template, chatId: null });
    const delivery = await inStatus(id, 'delivered', 2);

    const { requests } = parts.receiver;
    expect(requests).toHaveLength(2);
    for (const { body, headers } of requests) {
      expect(body).toBe('BTC is at 101: Sell “now”');
      expect(headers).toMatchObject({
        authorization: SECRET,
        'x-env': 'prod',
        'content-type': 'text/plain; charset=utf-8',
        'user-agent': expect.stringMatching('Pricehook'),
        'webhook-id': id,
      });
      const at = new Date(Number(headers['webhook-timestamp']) * 1_000);
      expect(headers['webhook-signature']).toBe(new Webhook(await ownSecret()).sign(id, at, body));
    }
    for (const attempt of delivery.attempts) {
      expect(attempt.request_headers).toMatchObject({
        authorization: '••••',
        'x-env': '••••',
        'content-type': 'text/plain; charset=utf-8',
      });
      expect(attempt.response_headers).toMatchObject({ 'x-echo': '…' });
      expect(attempt.response_body).toBe('Who is …?');
    }
    const history = await historyOf(alertId);
    expect(history).toContain(id);
    for (const told of [history, JSON.stringify(delivery)]) {
      expect(told).not.toContain('tok-5f8c1e');
      expect(told).not.toContain('"prod"');
    }
  });

  it('is JSON without a type of its own, and may be anything that JSON is', async () => {
    const { id } = await firedWith({ format: 'json', template: 'null', chatId: null });
    // As though its template had been taken away after it fired.
    await parts.database.db.updateTable('alerts').set({ message: null }).execute();
    await inStatus(id, 'delivered', 1);
    const [request] = parts.receiver.requests;
    expect(request).toMatchObject({ body: 'null', headers: { 'content-type': 'application/json' } });
  });

  it('whose headers can not be opened is held up, and uses up no attempt', async () => {
    const newer = createSecretBox([randomBytes(32).toString('hex')]);
    const { alertId, id } = await firedWith(null, newer);
    const handle = parts.namespace.client.workflow.getHandle(alertWorkflowId(alertId));
    await eventually(async () => {
      const { raw } = await handle.describe();
      const failure = raw.pendingActivities?.[0]?.lastFailure?.message;
      expect(failure).toContain(`No key of SECRETS_KEY has the id ${newer.keyId}`);
    });
    expect(parts.receiver.requests).toEqual([]);
    const headers = sealHeaders(testBox, { 'X-Env': 'test' }, parts.user.id);
    await parts.database.db.updateTable('alerts').set({ headers }).where('id', '=', alertId).execute();
    await inStatus(id, 'delivered', 1);
    expect(parts.receiver.requests[0]?.headers['x-env']).toBe('test');
  });

  it('is not sent on by a redirect, nor are its headers', async () => {
    parts.receiver.answer((_, response) => response.writeHead(307, { location: '/elsewhere' }).end());
    const { id } = await firedWith({ format: 'slack', template: null, chatId: null });
    await inStatus(id, 'failed', 2);
    expect(parts.receiver.requests.map(({ path }) => path)).toEqual(['/hook', '/hook']);
    expect(JSON.parse(parts.receiver.requests[0]?.body ?? '')).toEqual({
      text: 'Simulated: BTC is above 100: 101\nSell “now”',
    });
  });

  it('goes without its headers to a server that its alert has left', async () => {
    parts.receiver.answer(500);
    const { alertId, id } = await firedWith(null);
    await parts.receiver.waitFor(1);
    const elsewhere = parts.receiver.url.replace('127.0.0.1', 'localhost');
    await parts.database.db
      .updateTable('alerts')
      .set({ webhook_url: elsewhere })
      .where('id', '=', alertId)
      .execute();
    await inStatus(id, 'failed', 2);
    const sent = parts.receiver.requests.map(({ headers }) => headers.authorization);
    expect(sent).toEqual([SECRET, undefined]);
  });

  it('forgets its headers with its alert', async () => {
    const { alertId, id } = await firedWith(null);
    await inStatus(id, 'delivered', 1);
    expect((await call(`DELETE /alerts/${alertId}`)).status).toBe(204);
    const row = await parts.database.db
      .selectFrom('alerts')
      .select(['status', 'headers'])
      .where('id', '=', alertId)
      .executeTakeFirstOrThrow();
    expect(row).toEqual({ status: 'deleted', headers: null });
  });
});
