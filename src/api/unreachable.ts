const SOCKET_CODES = new Set([
  'ECONNREFUSED',
  'ECONNRESET',
  'ENOTFOUND',
  'EAI_AGAIN',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENOENT',
  'EPIPE',
  'ETIMEDOUT',
]);

/**
 * SQLSTATE classes of a database that can't serve at the moment: connection exceptions, lack of resources, shutting
 * down or starting up; and of transactions that it broke off, which may succeed when repeated.
 */
const PASSING_STATES = /^(08|53|57P|40001$|40P01$|25P03$)/;

/** `pg` and its pool say these without a code. */
const MESSAGES = [
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Client has encountered a connection error',
  'Cannot use a pool after calling end on the pool',
];

/** Whether an error of a query only means that the database can't be reached, or can't serve, right now. */
export function isUnreachable(error: unknown): boolean {
  const { code, message } = (error ?? {}) as { code?: unknown; message?: unknown };
  if (typeof code === 'string') return SOCKET_CODES.has(code) || PASSING_STATES.test(code);
  return typeof message === 'string' && MESSAGES.some((known) => message.startsWith(known));
}
