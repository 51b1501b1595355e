import { isIP } from 'node:net';
import { parseUrl } from '../parse-url';
import { isInside, isPublicAddress } from './ip';
import { type ResolvedAddress, type Resolver, systemResolver, untilAborted } from './resolve';

/** What webhooks may reach beside the public internet, and the ports they may use there. */
export interface AddressPolicy {
  /** CIDR blocks. */
  readonly allowedNetworks: readonly string[];
  readonly allowedPorts: readonly number[];
}

/** A webhook's URL is refused; the message is a plain sentence for the user. */
export class WebhookUrlError extends Error {
  override name = 'WebhookUrlError';
}

/** A URL whose spelling is in order; nothing is said yet about where it leads. */
export interface WebhookTarget {
  readonly url: URL;
  /** As the URL standard writes it: IPv4 in dotted decimals, IPv6 without brackets, names without a last dot. */
  readonly hostname: string;
  readonly port: number;
}

const MAX_URL_LENGTH = 2048;

/** How long a request may wait for a name before it counts as not resolving. */
const LOOKUP_TIMEOUT_MS = 3_000;

/** `http://` or `https://` and a host: the URL standard would also take one slash, three, or none. */
const PLAIN_START = /^https?:\/\/[^/?#]/i;

/** Whether webhooks may connect to this address: a public one, or one inside the allowed networks. */
export function isAllowedAddress(ip: string, policy: AddressPolicy): boolean {
  return isInside(ip, policy.allowedNetworks) || isPublicAddress(ip);
}

/**
 * Reads a webhook's URL. All spellings of a host that the URL standard knows (decimal, octal, hexadecimal, short,
 * full-width, percent-encoded) come out as one, and what readers of URLs disagree about is refused.
 * @throws WebhookUrlError
 */
export function readWebhookUrl(text: string): WebhookTarget {
  if (text.length > MAX_URL_LENGTH) refuse(`The URL is longer than ${MAX_URL_LENGTH} characters.`);
  // \p{C}: control and invisible characters, unpaired surrogates and what turns the direction of writing.
  if (/[\s\\\p{C}]/u.test(text)) {
    refuse('The URL holds a space, a control character or a backslash.');
  }
  const url = parseUrl(text) ?? refuse('This is not a URL.');
  // As it is sent: percent-encoding makes one character up to twelve.
  if (url.href.length > MAX_URL_LENGTH) refuse(`The URL is longer than ${MAX_URL_LENGTH} characters.`);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') refuse('Only http and https URLs are called.');
  if (!PLAIN_START.test(text)) refuse('The URL does not begin with http:// or https:// and a host.');
  const authority = text.split(/[/?#]/, 3)[2] ?? '';
  if (authority.includes('@')) refuse('The URL holds a user name or a password.');

  const hostname = url.hostname.replace(/^\[|\]$/g, '').replace(/\.$/, '');
  if (isIP(hostname) === 0) checkName(hostname);
  return { url, hostname, port: url.port === '' ? defaultPort(url) : Number(url.port) };
}

function defaultPort(url: URL): number {
  return url.protocol === 'https:' ? 443 : 80;
}

function checkName(hostname: string): void {
  if (hostname === 'localhost') return;
  // RFC 1035: 253 characters, 63 in each label.
  if (hostname.length > 253 || hostname.split('.').some((label) => label === '' || label.length > 63)) {
    refuse(`${hostname.slice(0, 100)} is not a host name.`);
  }
  if (!hostname.includes('.')) refuse(`${hostname} is a name without a dot; give the full host name.`);
  if (/\.(localhost|local|internal)$/.test(hostname)) refuse(`${hostname} is a name of a private network.`);
}

/**
 * Judges where a URL leads, given all addresses of its host: one that is not allowed refuses them all.
 * @throws WebhookUrlError
 */
export function checkAddresses(
  { hostname, port }: WebhookTarget,
  addresses: readonly ResolvedAddress[],
  policy: AddressPolicy,
): void {
  if (!addresses.every(({ address }) => isAllowedAddress(address, policy))) {
    refuse(
      isIP(hostname) === 0
        ? `${hostname} resolves to an address that webhooks may not reach.`
        : `${hostname} is an address that webhooks may not reach.`,
    );
  }
  const inAllowedNetworks =
    addresses.length > 0 && addresses.every(({ address }) => isInside(address, policy.allowedNetworks));
  if (inAllowedNetworks) return;
  if (hostname === 'localhost') refuse('localhost is an address that webhooks may not reach.');
  if (!policy.allowedPorts.includes(port)) {
    refuse(`Port ${port} is not one that webhooks may use: ${policy.allowedPorts.join(', ')}.`);
  }
}

/** The host's own address where the URL names it by number; undefined where a name has to be resolved. */
export function literalAddress({ hostname }: WebhookTarget): ResolvedAddress | undefined {
  const family = isIP(hostname);
  return family === 0 ? undefined : { address: hostname, family: family as 4 | 6 };
}

/**
 * Checks a webhook's URL when it is given to us. A name that does not resolve is accepted, since every attempt
 * checks again.
 * @throws WebhookUrlError
 */
export async function checkWebhookUrl(
  url: string,
  policy: AddressPolicy,
  resolve: Resolver = systemResolver,
): Promise<void> {
  const target = readWebhookUrl(url);
  const literal = literalAddress(target);
  const addresses = literal ? [literal] : await addressesIfAny(target.hostname, resolve);
  checkAddresses(target, addresses, policy);
}

async function addressesIfAny(hostname: string, resolve: Resolver): Promise<ResolvedAddress[]> {
  try {
    return await untilAborted(resolve(hostname), AbortSignal.timeout(LOOKUP_TIMEOUT_MS));
  } catch {
    return [];
  }
}

function refuse(reason: string): never {
  throw new WebhookUrlError(reason);
}
