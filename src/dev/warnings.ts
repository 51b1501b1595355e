import type { Config } from '../config';
import { isInside } from '../webhooks/ip';

const LOOPBACK = ['127.0.0.0/8', '::1/128'];

/** What whoever starts a stack should know about who could do harm through it: one line each, none as a rule. */
export function startWarnings(config: Config, uid = process.getuid?.()): string[] {
  const { embedded, host, webhook } = config;
  const warnings: string[] = [];
  if (uid === 0) {
    const parts = embedded.temporal ? 'The API, the workers and Temporal' : 'The API and the workers';
    warnings.push(`${parts} run as root; to start as an ordinary user is safer.`);
  }
  const reachesLoopback = ['127.0.0.1', '::1'].some((ip) => isInside(ip, webhook.allowedNetworks));
  if ((embedded.postgres || embedded.temporal) && !isLoopback(host) && reachesLoopback) {
    warnings.push(
      `Warning: HOST is ${host}, and webhooks may go to loopback: whoever can register reaches this machine's own ` +
        'loopback services through them. Setting WEBHOOK_ALLOWED_NETWORKS to nothing closes that.',
    );
  }
  return warnings;
}

const isLoopback = (host: string) => host.toLowerCase() === 'localhost' || isInside(host, LOOPBACK);
