import pino from 'pino';

/** Keys whose values never reach a log line, wherever they stand in the logged object. */
const SECRET_PATHS = [
  'api_key',
  'webhook_secret',
  'secretsKeys',
  'databaseUrl',
  'accessKeyId',
  'secretAccessKey',
  'sessionToken',
  'password',
  'authorization',
  '["x-api-key"]',
];

/** PostgreSQL's errors quote whole rows in it, webhook URLs among them. */
const ROW_PATHS = ['err.detail'];

const pretty = () =>
  pino.transport({
    target: 'pino-pretty',
    options: { translateTime: 'SYS:HH:MM:ss', ignore: 'pid,hostname', singleLine: true },
  });

/** One JSON line an event, or readable ones: by `auto`, those on a terminal and JSON on a pipe. */
export function createLogger(level: string, format: 'auto' | 'json' | 'pretty' = 'auto'): pino.Logger {
  const secrets = SECRET_PATHS.flatMap((path) => [path, path.startsWith('[') ? `*${path}` : `*.${path}`]);
  const redact = [...secrets, ...ROW_PATHS];
  // Busy, lines go out together, a tenth of a second late at most; what is left at the end is written then.
  const together = { sync: false, minLength: 8_192, periodicFlush: 100 };
  const isPretty = format === 'pretty' || (format === 'auto' && process.stdout.isTTY);
  const out = isPretty ? pretty() : pino.destination({ dest: 1, ...together });
  return pino({ level, redact }, out);
}
