import type { Command } from 'commander';
import { isLoopback } from '../api/requests';
import { startCodecServer, webUiOrigins } from '../codec-server';
import { loadSettings } from '../settings';
import { wholeNumber } from './arguments';
import { CommandError } from './command-error';
import { withExamples } from './examples';
import { jsonText } from './table';

interface Flags {
  port?: number;
  host: string;
  json?: boolean;
}

/** Adds `pricehook codec-server`, which decrypts for Temporal's Web UI and CLI. */
export function registerCodecServer(program: Command): void {
  const command = program
    .command('codec-server')
    .description("decrypt payloads for Temporal's Web UI and CLI")
    .option('--port <number>', 'port to listen on; TEMPORAL_CODEC_PORT if left out', wholeNumber(0, 65_535))
    .option('--host <address>', 'address to listen on', '127.0.0.1')
    .option('--json', 'print one JSON line when it listens')
    .action(serve);
  withExamples(command, ['pricehook codec-server', 'pricehook codec-server --port 8234 --json']);
}

async function serve({ port, host, json }: Flags): Promise<void> {
  const { config } = loadSettings();
  const codec = config.temporalCodec;
  if (codec === undefined)
    throw new CommandError('TEMPORAL_CODEC_KEY is not set: there is nothing to decrypt with.');
  const origins = webUiOrigins(config);
  const warn = (text: string) => process.stderr.write(`${text}\n`);
  const options = { codec, host, port: port ?? config.temporalCodecPort, origins, warn };
  const server = await startCodecServer(options).catch((error: Error) => {
    throw new CommandError(`Can't listen on ${host}: ${error.message}`);
  });
  if (!isLoopback(host)) {
    process.stderr.write(
      `Warning: --host is ${host}, and this server asks nobody who they are: whoever reaches it reads everything.\n`,
    );
  }
  const pages = origins.length === 0 ? 'none, set TEMPORAL_UI_URL' : origins.join(', ');
  process.stdout.write(
    json
      ? jsonText({ url: server.url, origins })
      : `Listening. Use as codec endpoint: ${server.url}\nPages that may use it: ${pages}\n`,
  );
  const stop = () => void server.stop();
  process.once('SIGINT', stop);
  process.once('SIGTERM', stop);
}
