import { writePartition } from '../../src/archive/partition';

/** Writes a partition of a thousand rows and says what came of it, as JSON; for tests that limit the disk. */
void (async () => {
  const rows = Array.from({ length: 1_000 }, (_, n) => ({ at: new Date(n), price: String(n + 0.5) }));
  const partition = {
    folder: 'snapshots/date=1970-01-01/hour=00',
    name: 'BTC',
    columns: [
      { name: 'at', type: 'time' },
      { name: 'price', type: 'decimal' },
    ],
    rows,
  } as const;
  await writePartition(process.env.FOLDER ?? '', partition).then(
    (written) => process.stdout.write(JSON.stringify(written)),
    (error: Error) => process.stdout.write(JSON.stringify({ name: error.name, message: error.message })),
  );
})();
