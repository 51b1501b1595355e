import { existsSync, mkdirSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import { messageOf, PlainError } from '../../src/dev/plain-error';
import { inDraft } from '../../src/dev/program-download';
import { CACHE_DIR } from '../../src/dev/project';
import { runQuoting } from '../../src/dev/run-quoting';

/**
 * Prometheus' own checker: of the PATH, of the project's cache, or out of Debian's or Ubuntu's package, which apt fetches and
 * checks by its signature; nothing is installed, and nobody has to be root.
 * @throws PlainError that says what is missing
 */
export async function findPromtool(): Promise<string> {
  const isOnPath = await runQuoting(['promtool', '--version']).then(
    () => true,
    () => false,
  );
  if (isOnPath) return 'promtool';
  const cached = join(CACHE_DIR, 'promtool', 'promtool');
  if (!existsSync(cached)) {
    await inDraft(cached, fetchWithApt).catch((error: unknown) => {
      throw new PlainError(
        `promtool is missing: it is not on the PATH, and apt can't bring it: ${messageOf(error)}`,
      );
    });
  }
  return cached;
}

async function fetchWithApt(draft: string): Promise<string> {
  for (const folder of ['lists/partial', 'cache/archives/partial'])
    mkdirSync(join(draft, folder), { recursive: true });
  // Lists and cache of its own: the system's may be empty, old or another user's.
  const settings = [`Dir::State::Lists=${join(draft, 'lists')}`, `Dir::Cache=${join(draft, 'cache')}`];
  // Otherwise root's apt would fetch as a user who may not write here.
  const options = [...settings, 'APT::Sandbox::User=root', 'Debug::NoLocking=1'].flatMap((one) => [
    '-o',
    one,
  ]);
  await runQuoting(['apt-get', ...options, '-qq', 'update']);
  await runQuoting(['apt-get', ...options, '-qq', 'download', 'prometheus'], { cwd: draft });
  const file = readdirSync(draft).find((name) => name.endsWith('.deb'));
  if (file === undefined) throw new PlainError('apt brought no package');
  await runQuoting(['dpkg-deb', '--extract', join(draft, file), join(draft, 'package')]);
  return join(draft, 'package/usr/bin/promtool');
}
