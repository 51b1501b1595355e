// Writes the reference of docs/cli.md anew, from the commands themselves.
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { createProgram } from '../src/cli';
import { commandReference } from '../src/cli/reference';

const file = join(__dirname, '../docs/cli.md');
const [written = ''] = readFileSync(file, 'utf8').split(/(?<=<!-- reference -->\n)/);
writeFileSync(file, `${written}\n${commandReference(createProgram())}`);
