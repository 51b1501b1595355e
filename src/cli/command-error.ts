/** A command can't go on; its message is one line for the user, and the process ends with status 1. */
export class CommandError extends Error {
  override name = 'CommandError';
}
