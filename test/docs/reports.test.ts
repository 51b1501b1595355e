import { execFile } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sql } from 'kysely';
import { markStale } from '../../src/db/reports';
import { QUALITY_RULES } from '../../src/domain/quality';
import { REPORT_STEPS } from '../../src/domain/report';
import { TEST_SECRETS_KEY } from '../support/secrets';
import { FALL_MS, HOUR_MS, parts, useReports } from '../workflows/report-stack';

const ROOT = join(__dirname, '../..');
const page = readFileSync(join(ROOT, 'docs/reports.md'), 'utf8');
const commands = (/```sh\n([\s\S]*?)```/.exec(page)?.[1] ?? '')
  .trim()
  .split('\n')
  .map((line) => line.replace(/\s*#.*/, ''));

useReports();

/** Types a command as it is printed, in the project's folder; answers what it printed and how it ended. */
function type(command: string): Promise<{ code: number; output: string }> {
  const env = {
    ...{
      PATH: process.env.PATH,
      HOME: process.env.HOME,
      DATA_DIR: parts.folder,
      MARKET: 'replay',
      TICKERS: 'BTC',
    },
    ...{ DATABASE_URL: parts.database.url, SECRETS_KEY: TEST_SECRETS_KEY },
    ...{ TEMPORAL_ADDRESS: parts.namespace.address, TEMPORAL_NAMESPACE: parts.namespace.namespace },
  };
  return new Promise((resolve) => {
    execFile('bash', ['-c', command], { cwd: ROOT, env }, (error, stdout, stderr) => {
      resolve({
        code: error === null ? 0 : Number(error.code),
        output: stdout + (error === null ? '' : stderr),
      });
    });
  });
}

describe('docs/reports.md', () => {
  it('has commands that report by hand, and say what each step did', async () => {
    expect(commands.map((command) => command.split(' ').slice(0, 4).join(' '))).toEqual([
      'npx pricehook report run',
      'npx pricehook report status',
      'npx pricehook report backfill',
      'npx pricehook temporal schedule',
    ]);
    const [run, status] = commands as [string, string];
    const ran = await type(run);
    expect(ran).toMatchObject({ code: 0 });
    expect(ran.output).toContain(
      `${new Date(FALL_MS).toISOString()} done, quality 100.0 %\n  snapshot   done: 1080 rows`,
    );
    expect(ran.output).toContain(' partial');
    expect(ran.output).toContain('  notify     done: ');
    const shown = await type(status);
    expect(shown.output).toContain(`${new Date(FALL_MS).toISOString()} done`);
    expect(shown.output).not.toContain('to be made again');
    await markStale(parts.database.db, 'replay', [FALL_MS]);
    expect((await type(status)).output).toMatch(
      /^\S+ done, quality 100\.0 %, to be made again: candles came at \S+Z$/m,
    );
    const span = `--from ${new Date(FALL_MS).toISOString()} --to ${new Date(FALL_MS + HOUR_MS).toISOString()}`;
    const again = await type(`npx pricehook report backfill ${span} --json`);
    expect(JSON.parse(again.output)).toEqual([
      expect.objectContaining({ hour: new Date(FALL_MS).toISOString(), status: 'done', runs: 2 }),
    ]);
    const wrong = await type(`npx pricehook report backfill --from 2026-01-02 --to 2026-01-01`);
    expect(wrong).toEqual({ code: 2, output: expect.stringContaining('--to must be later than --from\n') });
  }, 120_000);

  it('has queries that can be asked', async () => {
    const blocks = [...page.matchAll(/```sql\n([\s\S]*?)```/g)].flatMap((match) =>
      (match[1] as string).split(';'),
    );
    const queries = blocks.map((query) => query.trim()).filter(Boolean);
    expect(queries.length).toBeGreaterThanOrEqual(4);
    for (const query of queries) await sql.raw(query).execute(parts.database.db);
  });

  it('names every rule and every step', () => {
    for (const name of [...QUALITY_RULES, ...REPORT_STEPS]) expect(page).toContain(`| \`${name}\``);
  });
});
