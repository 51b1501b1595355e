import { once } from 'node:events';
import { connect as connectTcp, isIP, type LookupFunction, type Socket } from 'node:net';
import { connect as connectTls } from 'node:tls';
import { type AddressPolicy, checkAddresses, literalAddress, type WebhookTarget } from './address';
import { openTunnel } from './proxy';
import { type ResolvedAddress, type Resolver, untilAborted } from './resolve';

/** How far an attempt has come and what each step took, in whole milliseconds; null for a step not taken. */
export interface Progress {
  step: 'dns' | 'connect' | 'tls' | 'answer';
  dnsMs: number | null;
  connectMs: number | null;
  tlsMs: number | null;
}

export interface ConnectOptions {
  policy: AddressPolicy;
  tlsVerify: boolean;
  resolve: Resolver;
  /** The `http://` URL of a proxy that all connections go through; it resolves the names, and judges what they lead to. */
  proxy?: string | undefined;
}

/** Long enough for a far host to answer before its next address is tried; Node's 250 ms are not. */
const NEXT_ADDRESS_AFTER_MS = 1_000;

/**
 * Opens a connection to a webhook's host, to the very addresses that the guard has judged: they are looked up
 * once, so a name that changes its mind (DNS rebinding) changes nothing. Behind a proxy, addresses that are written out,
 * names and ports are judged here, and the rest there.
 * @throws WebhookUrlError before any socket is opened, where an address is not allowed
 * @throws Error of the step that `progress` names
 */
export async function openSocket(
  target: WebhookTarget,
  options: ConnectOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Socket> {
  const { hostname } = target;
  const tcp = await openTcp(target, options, progress, signal);
  if (target.url.protocol === 'http:') return tcp;

  const tls = connectTls({
    socket: tcp,
    host: hostname,
    // A server name is never an address (RFC 6066); the certificate is then compared with `host`.
    servername: isIP(hostname) === 0 ? hostname : '',
    rejectUnauthorized: options.tlsVerify,
    ALPNProtocols: ['http/1.1'],
  });
  await takeStep(progress, 'tls', untilReady(tls, 'secureConnect', signal));
  return tls;
}

async function openTcp(
  target: WebhookTarget,
  { policy, resolve, proxy }: ConnectOptions,
  progress: Progress,
  signal: AbortSignal,
): Promise<Socket> {
  const { hostname, port } = target;
  const literal = literalAddress(target);
  if (proxy !== undefined) {
    checkAddresses(target, literal ? [literal] : [], policy);
    const tunnel = await takeStep(progress, 'connect', openTunnel(proxy, target, signal));
    // Errors between two steps have nobody else to hear them.
    return tunnel.on('error', () => {});
  }
  const addresses = literal
    ? [literal]
    : await takeStep(progress, 'dns', resolveName(hostname, resolve, signal));
  checkAddresses(target, addresses, policy);
  const tcp = connectTcp({
    host: hostname,
    port,
    lookup: lookupOf(addresses),
    noDelay: true,
    autoSelectFamilyAttemptTimeout: NEXT_ADDRESS_AFTER_MS,
  });
  await takeStep(progress, 'connect', untilReady(tcp, 'connect', signal));
  return tcp;
}

async function takeStep<T>(
  progress: Progress,
  step: 'dns' | 'connect' | 'tls',
  work: Promise<T>,
): Promise<T> {
  const startedAt = performance.now();
  progress.step = step;
  try {
    const outcome = await work;
    progress.step = 'answer';
    return outcome;
  } finally {
    progress[`${step}Ms`] = since(startedAt);
  }
}

async function resolveName(
  hostname: string,
  resolve: Resolver,
  signal: AbortSignal,
): Promise<ResolvedAddress[]> {
  const addresses = await untilAborted(resolve(hostname), signal);
  if (addresses.length === 0) throw new Error(`${hostname} has no addresses`);
  return addresses;
}

/** A look-up for `net.connect` that knows its answer already. */
function lookupOf(addresses: ResolvedAddress[]): LookupFunction {
  return (_hostname, { all }, callback) => {
    const first = addresses[0] as ResolvedAddress;
    if (all) callback(null, addresses);
    else callback(null, first.address, first.family);
  };
}

/** Waits for a socket's event; the socket is destroyed where that fails. */
async function untilReady(socket: Socket, event: string, signal: AbortSignal): Promise<void> {
  // Errors after a failure, or between two steps, have nobody else to hear them.
  socket.on('error', () => {});
  try {
    await once(socket, event, { signal });
  } catch (error) {
    socket.destroy();
    throw error;
  }
}

/** Whole milliseconds since a moment of `performance.now()`. */
export function since(startedAt: number): number {
  return Math.round(performance.now() - startedAt);
}
