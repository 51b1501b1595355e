import pino from 'pino';

/** Keys whose values never reach a log line, wherever they stand in the logged object. */
const SECRET_PATHS = [
  'api_key',
  'webhook_secret',
  'databaseUrl',
  'password',
  'authorization',
  '["x-api-key"]',
];

/** One JSON line an event on a pipe, readable lines on a terminal. */
export function createLogger(level: string): pino.Logger {
  return pino({
    level,
    redact: SECRET_PATHS.flatMap((path) => [path, path.startsWith('[') ? `*${path}` : `*.${path}`]),
    ...(process.stdout.isTTY
      ? {
          transport: {
            target: 'pino-pretty',
            options: { translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true },
          },
        }
      : {}),
  });
}
