import { Client } from 'pg';
import { WebSocketServer } from 'ws';
import { QUOTES_CHANNEL } from '../../src/db/quotes';

/** The floor of `stream`: a bare WebSocket server that tells everybody of every published price, in the same bytes. */
async function main(): Promise<void> {
  const server = new WebSocketServer({ port: Number(process.env.PORT), host: '127.0.0.1' });
  const listener = new Client({ connectionString: process.env.DATABASE_URL });
  await listener.connect();
  await listener.query(`listen ${QUOTES_CHANNEL}`);
  listener.on('notification', ({ payload = '' }) => {
    for (const { ticker, price, quoted_at } of JSON.parse(payload).quotes) {
      const data = { ticker, price: Number(price), quoted_at };
      const bytes = Buffer.from(JSON.stringify({ type: 'quote', data }));
      for (const client of server.clients) client.send(bytes, { binary: false });
    }
  });
  process.stdout.write('The floor is ready\n');
}

void main();
