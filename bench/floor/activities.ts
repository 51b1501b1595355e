import { request } from 'undici';

export type FloorActivities = typeof floorActivities;

/** One plain POST, with the bytes that a webhook has, and nothing else. */
export const floorActivities = {
  async post({ url, id }: { url: string; id: string }): Promise<number> {
    const { statusCode, body } = await request(url, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'webhook-id': id },
      body: BODY,
    });
    await body.dump();
    return statusCode;
  },
};

const BODY = JSON.stringify({
  type: 'alert.triggered',
  timestamp: '2026-01-01T00:00:00.000Z',
  alert_id: '00000000-0000-4000-8000-000000000000',
  ticker: 'BTC',
  triggered_price: 50001.5,
  condition: 'gt',
  target_price: 50000,
  triggered_at: '2026-01-01T00:00:00.000Z',
});
