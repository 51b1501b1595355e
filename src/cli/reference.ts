import type { Command } from 'commander';
import { examplesOf } from './examples';
import { EXIT_CODES } from './exit-codes';

/** The reference of all commands as Markdown, made of the commands themselves: docs/cli.md holds it. */
export function commandReference(program: Command): string {
  const commands = program.commands.flatMap(leaves);
  return `${[...commands.map((command) => described(program, command)), exitCodes()].join('\n\n')}\n`;
}

/** A command's leaves: itself where nothing is below it. */
export function leaves(command: Command): Command[] {
  return command.commands.length === 0 ? [command] : command.commands.flatMap(leaves);
}

function described(program: Command, command: Command): string {
  const help = command.createHelp();
  const rows = [
    ...help
      .visibleArguments(command)
      .map((argument) => [help.argumentTerm(argument), help.argumentDescription(argument)]),
    ...help
      .visibleOptions(command)
      .filter((option) => option.long !== '--help')
      .map((option) => [help.optionTerm(option), help.optionDescription(option)]),
  ];
  const name = help.commandUsage(command).replace(' [options]', '');
  const parts = [
    `### ${program.name()} ${pathOf(program, command)}`,
    `\`${name}\`: ${command.description()}.`,
  ];
  if (rows.length > 0) {
    const lines = rows.map(([term = '', text = '']) => `| \`${cell(term)}\` | ${cell(text)} |`);
    parts.push(['| | |', '| --- | --- |', ...lines].join('\n'));
  }
  const examples = examplesOf(command);
  if (examples.length > 0) parts.push(`\`\`\`sh\n${examples.join('\n')}\n\`\`\``);
  return parts.join('\n\n');
}

function pathOf(program: Command, command: Command): string {
  const { parent } = command;
  return parent === null || parent === program
    ? command.name()
    : `${pathOf(program, parent)} ${command.name()}`;
}

function exitCodes(): string {
  const lines = EXIT_CODES.map(([code, meaning]) => `| ${code} | ${cell(meaning)} |`);
  return ['## Exit codes', ['| Code | |', '| --- | --- |', ...lines].join('\n')].join('\n\n');
}

const cell = (text: string) => text.replaceAll('|', '\\|').replaceAll('\n', ' ');
