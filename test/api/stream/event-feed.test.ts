import pino from 'pino';
import { EventFeed } from '../../../src/api/stream/event-feed';
import { eventsAfter, type StreamEvent } from '../../../src/db/stream-events';
import { createTestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { seedAlert, seedUser } from '../../support/seed';

describe('EventFeed', () => {
  it('tells only of what comes after it began, though prices come while it begins', async () => {
    const { db, drop } = await createTestDatabase();
    const { id: userId } = await seedUser(db);
    await seedAlert(db, { userId, targetPrice: 100 });
    // Whatever else runs on the server may still be older than it; until that is over, it counts as new, and is not told of.
    await eventually(async () => {
      expect(await eventsAfter(db, { xid: '0', seq: '0' }, [userId], 10)).toHaveLength(1);
    });
    const told: StreamEvent[] = [];
    const hooks = { users: () => [userId], told: (events: StreamEvent[]) => void told.push(...events) };
    const feed = new EventFeed(db, hooks, pino({ level: 'silent' }), 20);
    const begun = feed.hold();
    feed.nudge();
    await begun;
    const later = await seedAlert(db, { userId, targetPrice: 101 });
    await eventually(() => expect(told.map(({ data }) => JSON.parse(data ?? '').id)).toEqual([later]));
    feed.letGo();
    await feed.close();
    await drop();
  });
});
