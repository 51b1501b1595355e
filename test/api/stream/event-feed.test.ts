import pino from 'pino';
import { EventFeed } from '../../../src/api/stream/event-feed';
import type { StreamEvent } from '../../../src/db/stream-events';
import { createTestDatabase } from '../../support/database';
import { eventually } from '../../support/eventually';
import { seedAlert, seedUser } from '../../support/seed';

describe('EventFeed', () => {
  it('tells only of what comes after it began, though prices come while it begins', async () => {
    const { db, drop } = await createTestDatabase();
    const { id: userId } = await seedUser(db);
    await seedAlert(db, { userId, targetPrice: 100 });
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
