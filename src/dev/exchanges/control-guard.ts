import type { IncomingMessage } from 'node:http';

const OWN_HOSTS = new Set(['localhost', '127.0.0.1', '[::1]']);

export interface Refusal {
  status: number;
  body: { error: string };
}

/**
 * Why a request may not use `/_control`; undefined when it may. A web page can send a POST to loopback, but neither with
 * a JSON content type without being asked first, nor, by a name of its own that leads here, with a Host of ours.
 */
export function refuseControl({ method, headers }: IncomingMessage): Refusal | undefined {
  const host = (headers.host ?? '').replace(/:\d+$/, '').toLowerCase();
  if (!OWN_HOSTS.has(host)) {
    return { status: 403, body: { error: 'Only answered on localhost, 127.0.0.1 or [::1] as the Host' } };
  }
  const type = headers['content-type']?.split(';')[0]?.trim().toLowerCase();
  if (method === 'POST' && type !== 'application/json') {
    return {
      status: 415,
      body: { error: 'Send the command with the header content-type: application/json' },
    };
  }
  return undefined;
}
