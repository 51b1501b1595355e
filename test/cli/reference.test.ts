import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli';
import { examplesOf } from '../../src/cli/examples';
import { EXIT, EXIT_CODES } from '../../src/cli/exit-codes';
import { commandReference, leaves } from '../../src/cli/reference';

const program = createProgram();
const all = program.commands.flatMap(leaves);
const nameOf = (command: Command): string =>
  command.parent?.parent ? `${nameOf(command.parent)} ${command.name()}` : command.name();
/** What prints nothing of its own, or something that only its reader takes. */
const WITHOUT_JSON = ['up', 'api', 'worker', 'temporal', 'completion'];

describe('docs/cli.md', () => {
  it('has the commands as they are; else run: npm run generate-cli-docs', () => {
    const [, written] = readFileSync('docs/cli.md', 'utf8').split('<!-- reference -->\n\n');
    expect(written).toBe(commandReference(program));
  });

  it('explains every exit code', () => {
    expect(EXIT_CODES.map(([code]) => code)).toEqual([0, ...Object.values(EXIT)]);
  });
});

describe.each(all.map((command) => [nameOf(command), command] as const))('pricehook %s', (name, command) => {
  it('has a description, examples that it takes, and --json where it prints', () => {
    expect(command.description()).not.toBe('');
    expect(examplesOf(command).length).toBeGreaterThan(0);
    const flags = command.options.map(({ long }) => long);
    for (const example of examplesOf(command)) {
      const words =
        /\bpricehook ([^>)|]*)/
          .exec(example)?.[1]
          ?.trim()
          .replace(/^help /, '') ?? '';
      expect(`${words} `).toMatch(new RegExp(`^${name} `));
      const used = words.split(' ').filter((word) => word.startsWith('--'));
      if (name !== 'temporal') expect(flags).toEqual(expect.arrayContaining(used));
    }
    expect(flags.includes('--json')).toBe(!WITHOUT_JSON.includes(name));
  });
});
