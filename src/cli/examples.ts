import type { Command } from 'commander';

const examples = new WeakMap<Command, readonly string[]>();

/** Has the command's help end with these lines, each as it would be typed. */
export function withExamples(command: Command, lines: readonly string[]): Command {
  examples.set(command, lines);
  return command.addHelpText('after', () => `\nExamples:\n${lines.map((line) => `  ${line}`).join('\n')}`);
}

/** The examples of a command; none where it has none. */
export const examplesOf = (command: Command): readonly string[] => examples.get(command) ?? [];
