import type { Command } from 'commander';

/** What can be typed behind a command. */
export interface CompletedCommand {
  /** The words behind `pricehook`, such as `alerts list`; nothing for the program itself. */
  path: string;
  /** Commands below it, and the values of an argument that has a list of them. */
  words: { word: string; description: string }[];
  options: CompletedOption[];
}

export interface CompletedOption {
  flag: string;
  description: string;
  takesValue: boolean;
  /** All values, where there is a list of them. */
  values: string[];
}

/** The program's commands, each with what can be typed behind it. */
export function completionsOf(program: Command): CompletedCommand[] {
  return [completed(program, ''), ...program.commands.flatMap((command) => below(command, ''))];
}

function below(command: Command, parent: string): CompletedCommand[] {
  const path = `${parent} ${command.name()}`.trim();
  return [completed(command, path), ...command.commands.flatMap((child) => below(child, path))];
}

function completed(command: Command, path: string): CompletedCommand {
  const help = command.createHelp();
  const values = command.registeredArguments.flatMap(({ argChoices = [] }) => argChoices);
  return {
    path,
    words: [
      ...help
        .visibleCommands(command)
        .map((child) => ({ word: child.name(), description: child.description() })),
      ...values.map((word) => ({ word, description: '' })),
    ],
    options: help.visibleOptions(command).flatMap((option) => {
      const { long, description, required, optional, argChoices = [] } = option;
      return long ? [{ flag: long, description, takesValue: required || optional, values: argChoices }] : [];
    }),
  };
}
