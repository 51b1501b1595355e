import type { Command } from 'commander';
import { withExamples } from './examples';

/** What the process ends with; 0 where all was done and nothing is wrong. */
export const EXIT = {
  failed: 1,
  usage: 2,
  key: 3,
  notFound: 4,
  refused: 5,
  unreachable: 6,
  interrupted: 130,
} as const;

/** Each exit code and what it says; docs/cli.md and `pricehook help exit-codes` print this very list. */
export const EXIT_CODES: readonly [code: number, meaning: string][] = [
  [0, 'done, and nothing is wrong; Ctrl-C ends a command that would watch or listen for ever so, too'],
  [
    EXIT.failed,
    'it failed, a setting is wrong, or what was looked at is not well (health, doctor, verify, archive verify, replay)',
  ],
  [
    EXIT.usage,
    'used wrongly, and nothing was done: an unknown command or option, or a value that is not allowed',
  ],
  [EXIT.key, 'the API key is missing, wrong, or may not do this'],
  [EXIT.notFound, 'there is no such alert or delivery, or it is not yours'],
  [
    EXIT.refused,
    'the API refused it: a value, a conflict (an identical alert, one that has fired), a rate limit',
  ],
  [EXIT.unreachable, 'the API does not answer, or is not well itself'],
  [EXIT.interrupted, 'stopped by Ctrl-C before the end'],
];

/** Adds `pricehook exit-codes`, so that `pricehook help exit-codes` tells them. */
export function registerExitCodes(program: Command): void {
  const text = EXIT_CODES.map(([code, meaning]) => `  ${String(code).padStart(3)}  ${meaning}`).join('\n');
  const temporal = '`pricehook temporal` and `pricehook up` end with what they run ends with.';
  withExamples(
    program
      .command('exit-codes')
      .description('print what each exit code says')
      .option('--json', 'print one JSON object'),
    ['pricehook help exit-codes', 'pricehook exit-codes --json'],
  )
    .addHelpText('after', `\nExit codes:\n${text}\n${temporal}`)
    .action(({ json }: { json?: boolean }) => {
      process.stdout.write(
        json ? `${JSON.stringify(Object.fromEntries(EXIT_CODES), null, 2)}\n` : `${text}\n${temporal}\n`,
      );
    });
}
