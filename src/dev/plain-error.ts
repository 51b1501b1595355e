/** A failure whose message is all that the person at the terminal needs: no stack trace is shown. */
export class PlainError extends Error {
  override name = 'PlainError';
}

/** What an error says, also where the system gives only a code or several errors at once. */
export function messageOf(error: unknown): string {
  if (error instanceof AggregateError && !error.message) return error.errors.map(messageOf).join('; ');
  if (error instanceof Error)
    return error.message || String((error as NodeJS.ErrnoException).code ?? error.name);
  return String(error);
}
