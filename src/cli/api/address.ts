import { isIPv6 } from 'node:net';
import { isLoopback } from '../../api/requests';
import { parseUrl } from '../../parse-url';
import { loadEnvironment, loadSettings } from '../../settings';
import { readStackFile } from '../../stack-file';
import { CommandError } from '../command-error';
import { EXIT } from '../exit-codes';

export const URL_VARIABLE = 'PRICEHOOK_URL';

/**
 * Where the API is, without a slash at the end: as the command line says, or else the environment, or else the stack that runs on
 * DATA_DIR, or else HOST and PORT.
 * @throws CommandError for a URL of the environment that is none
 * @throws ConfigError for a bad setting, where none of the first two is given
 */
export function findApi(url: string | undefined): string {
  loadEnvironment();
  const given = url ?? process.env[URL_VARIABLE];
  if (given) return withoutEnd(readApiUrl(given));
  const { config } = loadSettings();
  const running = readStackFile(config.dataDir);
  return withoutEnd(reachable(running?.apiUrl ?? `http://${bracketed(config.host)}:${config.port}`));
}

/** Whether a key would go over a network in plain text. */
export function isOpenToOthers(url: string): boolean {
  const { protocol, hostname } = new URL(url);
  return protocol === 'http:' && !isLoopback(hostname.replace(/^\[|\]$/g, '')) && hostname !== 'localhost';
}

function readApiUrl(text: string): string {
  const url = parseUrl(text);
  if (
    url === null ||
    !/^https?:$/.test(url.protocol) ||
    url.username ||
    url.password ||
    url.search ||
    url.hash
  ) {
    throw new CommandError(
      `${URL_VARIABLE} or --url is not where an API can be; allowed: an http or https URL such as http://localhost:8000, without a user name or parameters.`,
      EXIT.usage,
    );
  }
  return url.href;
}

/** An address to listen on is not always one to connect to. */
function reachable(text: string): string {
  const url = new URL(text);
  if (url.hostname === '0.0.0.0') url.hostname = '127.0.0.1';
  if (url.hostname === '[::]') url.hostname = '[::1]';
  return url.href;
}

const bracketed = (host: string) => (isIPv6(host) ? `[${host}]` : host);
const withoutEnd = (url: string) => url.replace(/\/+$/, '');
