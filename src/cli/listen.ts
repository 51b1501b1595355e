import { type Command, Option } from 'commander';
import pc from 'picocolors';
import {
  durationMs,
  SECRET_VARIABLE,
  secretsOrEnvironment,
  webhookSecrets,
  webUrl,
  wholeNumber,
} from './arguments';
import { withExamples } from './examples';
import { type ListenerOptions, startListener } from './listener';

interface Flags extends Pick<ListenerOptions, 'port' | 'host' | 'status' | 'failFirst'> {
  secret?: string[];
  delay: number;
  forward?: string;
  hang?: boolean;
  json?: boolean;
}

/** Adds `pricehook listen`, a receiver to try webhooks with. */
export function registerListen(program: Command): void {
  const command = program
    .command('listen')
    .description('print every webhook that arrives, and check its signature')
    .option('--port <number>', 'port to listen on; 0 takes a free one', wholeNumber(0, 65_535), 9000)
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option(
      '--secret <whsec_…>',
      `secret to verify with; may be given more than once, or as ${SECRET_VARIABLE}`,
      webhookSecrets,
    )
    .option('--status <code>', 'status to answer with', wholeNumber(200, 599), 200)
    .addOption(
      new Option('--delay <duration>', 'how long to wait before answering')
        .argParser(durationMs)
        .default(0, '0s'),
    )
    .option('--hang', 'never answer')
    .option('--fail-first <number>', 'answer 503 to the first ones', wholeNumber(0, 1_000_000), 0)
    .addOption(
      new Option(
        '--forward <url>',
        "pass each one on to this URL with the same method, headers and body, and answer what it answers; 502 where it can't be reached",
      )
        .argParser(webUrl)
        .conflicts(['status', 'hang']),
    )
    .option('--json', 'print one JSON line for each')
    .action(listen);
  withExamples(command, [
    'pricehook listen --port 9000',
    'pricehook listen --port 9000 --status 503 --json',
    'pricehook listen --forward http://localhost:3000/hook',
  ]);
}

async function listen(flags: Flags): Promise<void> {
  const listener = await startListener(
    {
      ...flags,
      secrets: secretsOrEnvironment(flags.secret),
      delayMs: flags.delay,
      forwardTo: flags.forward,
      hang: flags.hang ?? false,
      json: flags.json ?? false,
      // Undefined on a pipe, which picocolors would take for its own default.
      colour: process.stdout.isTTY === true && pc.isColorSupported,
    },
    (text) => process.stdout.write(text),
  );
  const stop = () => void listener.close();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
