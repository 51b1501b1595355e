import { readFileSync } from 'node:fs';
import type { Command } from 'commander';
import pc from 'picocolors';
import { SECRET_VARIABLE, secretsOrEnvironment, webhookSecrets } from './arguments';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { EXIT } from './exit-codes';
import { readHeaders } from './header-file';
import { type Examination, examineSignature, SIGNATURE_HEADERS, type SignedMessage } from './signature';
import { escapeControls } from './terminal-text';

const WRONG_USAGE = EXIT.usage;

interface Flags {
  secret?: string[];
  headers?: string;
  id?: string;
  timestamp?: string;
  signature?: string;
  body: string;
  ignoreAge?: boolean;
  json?: boolean;
}

/** Adds `pricehook verify`, which judges one webhook that was kept, and says what is wrong with it. */
export function registerVerify(program: Command): void {
  const command = program
    .command('verify')
    .description('check the signature of a webhook by hand, and say what is wrong with it')
    .option(
      '--secret <whsec_…>',
      `secret to verify with; may be given more than once, or as ${SECRET_VARIABLE}`,
      webhookSecrets,
    )
    .option('--headers <file>', 'its headers, a line each ("webhook-id: msg_…") or as a JSON object')
    .option('--id <msg_…>', 'its webhook-id')
    .option('--timestamp <seconds>', 'its webhook-timestamp')
    .option('--signature <v1,…>', 'its webhook-signature')
    .requiredOption('--body <file>', 'its body, byte by byte; - reads it from standard input')
    .option('--ignore-age', 'judge an old one as if it came now')
    .option('--json', 'print one JSON object')
    .addHelpText('after', '\nEnds with 0 for a good signature, 1 for a bad one, 2 where it is used wrongly.')
    .action(verify);
  withExamples(command, [
    'pricehook verify --headers headers.txt --body body.json',
    'pricehook verify --headers headers.txt --body - --ignore-age --json',
  ]);
}

function verify(flags: Flags): void {
  const secrets = secretsOrEnvironment(flags.secret, WRONG_USAGE);
  if (secrets.length === 0)
    throw new CommandError(`Give a secret, as ${SECRET_VARIABLE} or with --secret.`, WRONG_USAGE);
  const message = { headers: givenHeaders(flags), body: contentOf(flags.body), secrets };
  const examination = examineSignature({ ...message, now: new Date(), ignoreAge: flags.ignoreAge });
  const colour = process.stdout.isTTY === true && pc.isColorSupported;
  process.stdout.write(
    flags.json ? asJson(message, examination) : asText(examination, pc.createColors(colour)),
  );
  if (examination.problems.length > 0) process.exitCode = 1;
}

function givenHeaders(flags: Flags): SignedMessage['headers'] {
  const single = {
    'webhook-id': flags.id,
    'webhook-timestamp': flags.timestamp,
    'webhook-signature': flags.signature,
  };
  const given = Object.entries(single).filter(([, value]) => value !== undefined);
  if (flags.headers !== undefined)
    return { ...readHeaders(contentOf(flags.headers)), ...Object.fromEntries(given) };
  if (given.length < SIGNATURE_HEADERS.length) {
    throw new CommandError('Give --headers, or --id, --timestamp and --signature.', WRONG_USAGE);
  }
  return single;
}

function contentOf(file: string): string {
  try {
    return readFileSync(file === '-' ? 0 : file, 'utf8');
  } catch (error) {
    const name = file === '-' ? 'Standard input' : file;
    throw new CommandError(`${name} can't be read: ${(error as Error).message}`, WRONG_USAGE);
  }
}

function asText(
  { problems, signedAt, signatureFits }: Examination,
  paint: ReturnType<typeof pc.createColors>,
): string {
  const signed = signedAt ? `, signed at ${signedAt.toISOString()}` : '';
  if (problems.length === 0) return `${paint.green('Good')}: the signature fits${signed}\n`;
  const lines = problems.flatMap(({ message, hints }) => [message, ...hints.map((hint) => `  ${hint}`)]);
  if (signatureFits) lines.push('The signature itself fits.');
  return `${paint.red('NOT verified')}${signed}\n${escapeControls(lines.join('\n'))}\n`;
}

function asJson({ headers }: SignedMessage, { problems, signedAt, signatureFits }: Examination): string {
  const report = {
    verified: problems.length === 0,
    id: headers['webhook-id'] ?? null,
    signed_at: signedAt?.toISOString() ?? null,
    signature_fits: signatureFits,
    problems: problems.map(({ code, message, hints }) => ({ code, message, hints })),
  };
  return `${escapeControls(JSON.stringify(report))}\n`;
}
