import { readFileSync } from 'node:fs';
import { join } from 'node:path';

/** How webhooks name their sender: `Pricehook/<version>`. */
export const USER_AGENT = `Pricehook/${packageVersion()}`;

function packageVersion(): string {
  const file = readFileSync(join(__dirname, '../../package.json'), 'utf8');
  return (JSON.parse(file) as { version: string }).version;
}
