import { randomBytes } from 'node:crypto';
import { createSecretBox } from '../src/webhooks/secret-box';

/** What the webhook secrets of this run are encrypted with, in hex. */
export const BENCH_SECRETS_KEY = randomBytes(32).toString('hex');

/** Seals as the programs of this run open. */
export const benchBox = createSecretBox([BENCH_SECRETS_KEY]);
