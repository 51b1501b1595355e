import { connect } from 'node:net';

export interface RawAnswer {
  status: number;
  head: string;
  json: ReturnType<typeof JSON.parse>;
  /** All that came until the other side closed. */
  text: string;
}

/** Sends these bytes as they are, and reads until the other side closes. */
export async function sendRaw(url: string, request: string): Promise<RawAnswer> {
  const socket = connect(Number(new URL(url).port), '127.0.0.1');
  // Reset while this side still sends; what came before counts.
  socket.on('error', () => {});
  socket.write(request);
  const chunks: Buffer[] = [];
  socket.on('data', (chunk) => chunks.push(chunk));
  await new Promise((resolve) => socket.once('close', resolve));
  const text = Buffer.concat(chunks).toString();
  const [head = '', ...body] = text.split('\r\n\r\n');
  const isJson = /^content-type: application\/json/im.test(head);
  return {
    status: Number(head.split(' ')[1]),
    head,
    json: isJson ? JSON.parse(body.join('\r\n\r\n')) : undefined,
    text,
  };
}

/** A GET without a body, with these header lines. */
export const rawGet = (target: string, ...headers: string[]) =>
  `${[`GET ${target} HTTP/1.1`, ...headers, 'Connection: close'].join('\r\n')}\r\n\r\n`;
