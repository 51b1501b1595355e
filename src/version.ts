import { readFileSync } from 'node:fs';
import { join } from 'node:path';

const { version, engines } = JSON.parse(readFileSync(join(__dirname, '../package.json'), 'utf8')) as {
  version: string;
  engines: { node: string };
};

/** The service's version, as its package.json has it. */
export const VERSION = version;

/** The oldest Node that it runs on, such as `20.19`. */
export const OLDEST_NODE = engines.node.replace('>=', '');
