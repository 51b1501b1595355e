import { writePartition } from '../../src/archive/partition';
import { hourPartition } from './hours';

/** Writes hours, one after the other, and says what came of the last; for tests that limit its disk or kill it. */
void (async () => {
  const { FOLDER = '', HOURS = '1' } = process.env;
  process.stdout.write('begins\n');
  let last = '';
  for (let hour = 0; hour < Number(HOURS); hour += 1) {
    last = await writePartition(FOLDER, hourPartition(hour)).then(
      (written) => JSON.stringify(written),
      (error: Error) => JSON.stringify({ name: error.name, message: error.message }),
    );
  }
  process.stdout.write(last);
})();
