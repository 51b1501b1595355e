import { lstatSync, mkdirSync, statSync } from 'node:fs';
import { PlainError } from './plain-error';

const WRITABLE_BY_OTHERS = 0o002;

/**
 * Makes the data directory, or checks the one that is there: its files say which processes to stop and where the
 * database is, so nobody else may have put them there.
 * @throws PlainError saying what to do when it belongs to somebody else, or when others may write to it
 */
export function prepareDataDir(dataDir: string): void {
  // Others may pass through: PostgreSQL is one of them where root starts it.
  mkdirSync(dataDir, { recursive: true, mode: 0o711 });
  const own = process.getuid?.();
  if (own === undefined) return;
  const folder = statSync(dataDir);
  // Whoever owns a link decides where it leads, now and later.
  const stranger = [lstatSync(dataDir), folder].find(({ uid }) => uid !== own);
  if (stranger) {
    throw new PlainError(
      `${dataDir} belongs to another user (id ${stranger.uid}, and this is ${own}), who could make this start stop or ` +
        'overwrite what is yours. Start as that user, or set DATA_DIR to a folder of your own.',
    );
  }
  if (folder.mode & WRITABLE_BY_OTHERS) {
    throw new PlainError(
      `Every user of this machine may write to ${dataDir}, and so make this start stop or overwrite what is yours. ` +
        `If nobody has, close it (chmod o-w ${dataDir}); otherwise set DATA_DIR to another folder.`,
    );
  }
}
