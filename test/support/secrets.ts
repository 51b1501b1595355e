import { createSecretBox } from '../../src/webhooks/secret-box';

/** What the tests' stacks encrypt webhook secrets with. */
export const TEST_SECRETS_KEY = Buffer.alloc(32, 'test').toString('base64');

/** Seals and opens as those stacks do. */
export const testBox = createSecretBox([Buffer.from(TEST_SECRETS_KEY, 'base64').toString('hex')]);
