import { execFileSync } from 'node:child_process';
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Command } from 'commander';
import { createProgram } from '../../src/cli';
import { OTHERS } from './accounts';
import { ROOT } from './documents';
import type { Words } from './shell-lines';

/** What the shell itself knows, and what every machine has. */
const SHELL = [
  'cd',
  'export',
  'source',
  'sleep',
  'umask',
  'fg',
  'kill',
  'wait',
  'echo',
  'cat',
  'cp',
  'mkdir',
  'curl',
];

/** Says what is wrong with a command, as far as that can be told without running it; undefined where nothing is. */
export function faultOf([program = '', ...args]: Words): string | undefined {
  if (program === 'npx' && args[0] === 'pricehook') return pricehookFault(args.slice(1));
  if (program === 'pricehook') return pricehookFault(args);
  if (program === 'temporal') return temporalFault(args);
  if (program === 'npm' && npmScript(args) !== undefined) return npmFault(npmScript(args) as string);
  if (program === 'node') return nodeFault(args);
  if (SHELL.includes(program) || program in OTHERS) return undefined;
  return `nobody accounts for ${program}: see test/docs/accounts.ts`;
}

const npmScript = ([verb = '', name]: string[]) =>
  verb === 'run' ? name : ['start', 'test'].includes(verb) ? verb : undefined;

function npmFault(script: string): string | undefined {
  const { scripts } = JSON.parse(readFileSync(join(ROOT, 'package.json'), 'utf8'));
  return script in scripts ? undefined : `package.json has no script ${script}`;
}

function nodeFault([file = '']: string[]): string | undefined {
  if (file.startsWith('-')) return undefined;
  const source = file.replace(/^dist\/(.*)\.js$/, 'src/$1.ts');
  return existsSync(join(ROOT, source)) ? undefined : `there is no ${source}`;
}

function pricehookFault(args: string[]): string | undefined {
  // `help` is commander's own.
  if (args[0] === 'help') return pricehookFault([...args.slice(1), '--help']);
  let command: Command = createProgram();
  let rest = args;
  const next = () => command.commands.find((candidate) => candidate.name() === rest[0]);
  for (let found = next(); found !== undefined; found = next()) {
    command = found;
    rest = rest.slice(1);
  }
  if (command.name() === 'temporal') return temporalFault(rest);
  const isQuestion = rest.some((word) => /^(-h|--help|--version)$/.test(word));
  if (command.commands.length > 0 && !isQuestion) return `there is no pricehook ${args.join(' ')}`;
  command.exitOverride().configureOutput({ writeErr: () => {} });
  try {
    const { operands, unknown } = command.parseOptions(rest);
    const left = unknown.filter((word) => !/^(-h|--help|--version)$/.test(word));
    if (left.length > 0) return `it has no ${left[0]}`;
    const { registeredArguments: wanted } = command;
    if (operands.length > wanted.length && !wanted.at(-1)?.variadic)
      return `${operands.at(-1)} is one too many`;
    if (isQuestion) return undefined;
    if (wanted.filter(({ required }) => required).length > operands.length) return 'an argument is missing';
    const missing = command.options.find(
      (option) => option.mandatory && command.getOptionValue(option.attributeName()) === undefined,
    );
    return missing && `${missing.flags} is missing`;
  } catch (error) {
    return (error as Error).message;
  }
}

const helps = new Map<string, string>();

/** What `temporal` prints for these arguments. */
function printedBy(args: string[]): string {
  const key = args.join(' ');
  const known = helps.get(key);
  if (known !== undefined) return known;
  const help = execFileSync(process.env.TEST_TEMPORAL_CLI as string, args, { encoding: 'utf8' });
  helps.set(key, help);
  return help;
}

function temporalFault(args: string[]): string | undefined {
  const from = args.findIndex((word) => word.startsWith('-'));
  const path = from === -1 ? args : args.slice(0, from);
  const own = printedBy([...path, '--help']);
  if (!own.includes(`temporal ${path.join(' ')}`)) return `there is no temporal ${path.join(' ')}`;
  // Options that all of its commands have are told apart from the others.
  const help = own + printedBy(['options']);
  const unknown = args.find(
    (word) => /^--?[a-z]/i.test(word) && !new RegExp(`(^|[\\s,])${word.split('=')[0]}[\\s,]`, 'm').test(help),
  );
  return unknown && `temporal ${path.join(' ')} has no ${unknown}`;
}
