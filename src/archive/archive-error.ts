/**
 * The archive can't be written, what is to be written contradicts what is there, or what should be there is not. `kind`:
 * `unwritable` may pass (a full disk), `conflict` and `lost` do not.
 */
export class ArchiveError extends Error {
  override name = 'ArchiveError';

  constructor(
    readonly kind: 'unwritable' | 'conflict' | 'lost',
    message: string,
    options?: ErrorOptions,
  ) {
    super(message, options);
  }
}

const REASONS: Record<string, string> = {
  ENOSPC: 'the disk is full',
  EDQUOT: 'the disk quota is used up',
  EFBIG: 'the file may not grow any larger',
  EACCES: 'permission is denied',
  EROFS: 'the file system can only be read',
};

/** What the operating system said of a path, in words. */
export function unwritable(path: string, error: unknown): ArchiveError {
  if (error instanceof ArchiveError) return error;
  const { code = '', message } = error as NodeJS.ErrnoException;
  const reason = REASONS[code] === undefined ? message : `${REASONS[code]} (${code})`;
  return new ArchiveError('unwritable', `${path} can't be written: ${reason}`, { cause: error });
}
