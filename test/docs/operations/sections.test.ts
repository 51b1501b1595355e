import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sections } from './page';

describe('docs/operations.md', () => {
  it('has no section with commands that no test runs', () => {
    const tests = readdirSync(__dirname).filter((file) => file.endsWith('.test.ts'));
    const run = tests.flatMap(
      (file) => /^useStage\('([^']+)'/m.exec(readFileSync(join(__dirname, file), 'utf8'))?.[1] ?? [],
    );
    const withCommands = [...sections]
      .filter(([, text]) => text.includes('```sh'))
      .map(([heading]) => heading);
    expect(run.sort()).toEqual(withCommands.sort());
  });
});
