import pino from 'pino';
import { createRawArchive } from '../../src/archive/raw-archive';
import { connectDatabase } from '../../src/db/connect';

/** Appends to the raw log again and again until it is killed, or once; for tests that kill it or take its disk away. */
void (async () => {
  const { DATABASE_URL = '', FOLDER = '', ONCE } = process.env;
  const db = connectDatabase(DATABASE_URL, { maxConnections: 2, onIdleError: () => {} });
  const archive = createRawArchive({
    db,
    folder: FOLDER,
    log: pino(pino.destination({ dest: 1, sync: true })),
  });
  process.stdout.write('begins\n');
  do await archive.append();
  while (!ONCE);
  await db.destroy();
})();
