import type { Command } from 'commander';
import pc from 'picocolors';
import { ConfigError } from '../config';
import { loadSettings, type Settings } from '../settings';
import { readStackFile } from '../stack-file';
import { checkDatabase } from './doctor/database';
import { type Finding, failed, ok } from './doctor/finding';
import { checkClock, checkDisk, checkNode, checkPorts } from './doctor/machine';
import { checkSources, checkTemporal, sourceClocks } from './doctor/services';
import { withExamples } from './examples';
import { EXIT } from './exit-codes';
import { jsonText, terminalOf } from './table';
import { escapeControls } from './terminal-text';

/** Adds `pricehook doctor`, which looks at everything that a start needs, and says how to mend what is wrong. */
export function registerDoctor(program: Command): void {
  const command = program
    .command('doctor')
    .description(
      'look for what is wrong with this machine, the configuration and the servers, and say how to mend it',
    )
    .option('--no-sources', 'ask no exchange')
    .option('--json', 'print one JSON object')
    .action(async ({ sources, json }: { sources: boolean; json?: boolean }) => {
      const checks = await examine(sources);
      const isWell = checks.every(({ status }) => status !== 'failed');
      process.stdout.write(json ? jsonText({ ok: isWell, checks }, 2) : checks.map(described).join(''));
      if (!isWell) process.exitCode = EXIT.failed;
    });
  withExamples(command, ['pricehook doctor', 'pricehook doctor --json --no-sources']);
}

async function examine(asksSources: boolean): Promise<Finding[]> {
  let settings: Settings;
  try {
    settings = loadSettings();
  } catch (error) {
    if (!(error instanceof ConfigError)) throw error;
    return [
      checkNode(),
      failed(
        'Configuration',
        error.message,
        'set what it names to what is allowed; the rest was not looked at',
      ),
    ];
  }
  const { config } = settings;
  const running = readStackFile(config.dataDir);
  const temporal =
    settings.temporal ??
    (running && {
      connectionOptions: { address: running.temporalAddress },
      namespace: running.temporalNamespace,
    });
  const market = config.market === 'auto' ? (running?.market ?? 'auto') : config.market;
  const [disk, ports, database, service, sources, clocks] = await Promise.all([
    checkDisk(config),
    checkPorts(config, running),
    checkDatabase(settings, config.databaseUrl ?? running?.databaseUrl),
    checkTemporal(config, temporal),
    asksSources ? checkSources(config, market) : [],
    asksSources && market !== 'replay' ? sourceClocks(config) : [],
  ]);
  const { aheadMs } = database;
  const all = aheadMs === undefined ? clocks : [...clocks, { whose: 'PostgreSQL', aheadMs }];
  return [
    ...[checkNode(), ok('Configuration', 'every value is allowed'), disk, ...ports, checkClock(all)],
    ...[...database.findings, service, ...sources],
  ];
}

const { colour } = terminalOf(process.stdout);
const paint = pc.createColors(colour);
const MARKS: Record<Finding['status'], string> = {
  ok: paint.green('ok     '),
  warning: paint.yellow('warning'),
  failed: paint.red('failed '),
  skipped: paint.dim('skipped'),
};

function described({ name, status, detail, mend }: Finding): string {
  const line = `${MARKS[status]}  ${escapeControls(`${name.padEnd(16)}  ${detail}`.replaceAll('\n', '; '))}`;
  return mend === undefined ? `${line}\n` : `${line}\n         ${escapeControls(`to mend it: ${mend}`)}\n`;
}
