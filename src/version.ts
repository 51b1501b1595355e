import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** The service's version, as its package.json has it. */
export const VERSION = (
  JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as { version: string }
).version;
