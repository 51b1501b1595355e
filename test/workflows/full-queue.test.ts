import { sql } from 'kysely';
import { insertMessage } from '../../src/db/messages';
import { seedUser } from '../support/seed';
import { inStatus, parts, useDeliveries, wakeAll } from './delivery-stack';

useDeliveries();

describe('a queue that is full of one user', () => {
  it('keeps no delivery of another from being woken', async () => {
    const { db } = parts.database;
    const { id: flooder } = await seedUser(db);
    // Woken just now, and waiting for their turn.
    await sql`
      insert into deliveries (id, user_id, market, firing_number, url, body, status, woken_at, next_attempt_at)
      select 'msg_' || n, ${flooder}, 'replay', 0, 'http://127.0.0.1:9/', '{}', 'pending', now() + interval '1 hour', now()
      from generate_series(1, 5100) as n`.execute(db);
    const to = { userId: parts.user.id, market: 'replay', url: parts.receiver.url } as const;
    const { id } = await insertMessage(db, { ...to, type: 'endpoint.disabled', data: {} });
    const waking = wakeAll();
    try {
      await inStatus(id, 'delivered', 1);
    } finally {
      await sql`update deliveries set status = 'cancelled' where user_id = ${flooder}`.execute(db);
      await waking;
    }
  });
});
