import { join } from 'node:path';
import { type Command, InvalidArgumentError, Option } from 'commander';
import { allWindows } from '../analysis';
import { lookedAtFrom } from '../archive/processed';
import { archivedTickers, firstArchivedTick } from '../archive-replay/inputs';
import { createPace, MACHINE_CLOCK } from '../archive-replay/pace';
import { type ReplayedHour, replayArchive } from '../archive-replay/replay';
import { AlertWatch, type Firing } from '../domain/alert-watch';
import { MARKETS } from '../domain/quote';
import { HOUR_MS } from '../domain/statistics-hour';
import { qualitySettings } from '../quality-settings';
import { timeMs } from './arguments';
import { withExamples } from './examples';
import { Patience } from './patience';
import type { ReplayedAlert } from './replay-alerts';
import { newReplayFolder, wishedFolder } from './replay-folder';
import {
  alertsOf,
  marketOf,
  NOTHING_REPLAYED,
  type ReplayFlags,
  refuseWrongInputs,
  replaySettings,
  spanOf,
} from './replay-inputs';
import { firingAnswer, firingLine, hourAnswer, hourLines } from './replay-output';

const HELP = `
Ends with 0 where all that the archive has came out the same, byte by byte, with 1 where anything did not, and with 2 where
nothing was replayed: a file is not what was archived, or the command is used wrongly.`;

/** Adds `pricehook replay`, which runs an archived span through the service's own code again, and compares what comes out. */
export function registerReplay(program: Command): void {
  const command = program
    .command('replay')
    .description(
      'run archived hours through settling, statistics and alerts again; changes nothing that is live',
    )
    .requiredOption(
      '--from <time>',
      'from this hour on, such as 2026-11-21 or 2026-11-21T03:00Z (UTC)',
      timeMs,
    )
    .requiredOption('--to <time>', 'until before this hour', timeMs)
    .option('--speed <times>', 'so many times as fast as it happened; as fast as possible', times)
    .option('--out <folder>', 'where processed files are written; a new folder in DATA_DIR/replays')
    .addOption(new Option('--market <market>', "instead of the archive's own").choices(MARKETS))
    .option('--alerts <file>', 'alerts as JSON lines, instead of those in PostgreSQL')
    .option('--no-alerts', 'without alerts')
    .option('--what-if', 'take all alerts as if they had been armed when the span begins')
    .option('--json', 'print one JSON object')
    .addHelpText('after', HELP)
    .action(replay);
  withExamples(command, [
    'pricehook replay --from 2026-11-21T03:00Z --to 2026-11-21T06:00Z',
    'pricehook replay --from 2026-11-21 --to 2026-11-22 --speed 3600 --what-if',
    'pricehook replay --from 2026-11-21 --to 2026-11-22 --alerts alerts.jsonl --out /tmp/replayed --json',
  ]);
}

function times(text: string): number {
  const value = /^\d+(\.\d+)?$/.test(text) ? Number(text) : Number.NaN;
  if (value > 0 && value <= 1e9) return value;
  throw new InvalidArgumentError('Allowed: a number above 0, such as 1, 60 or 0.5.');
}

async function replay(flags: ReplayFlags): Promise<void> {
  const { config } = replaySettings();
  const span = spanOf(flags);
  const folder = join(config.dataDir, 'archive');
  const market = flags.market ?? (await marketOf(config, folder));
  const archive = join(folder, market);
  const lookBack = allWindows(config);
  const tickers = await archivedTickers(archive);
  // The first minute of the hour after it is looked at, too.
  const looked = { fromMs: lookedAtFrom(span.fromMs, lookBack), toMs: span.toMs + HOUR_MS };
  await refuseWrongInputs(folder, market, { tickers, looked, span });
  const alerts = await alertsOf(flags, config, market, span);
  const out = flags.out
    ? wishedFolder(flags.out, folder, NOTHING_REPLAYED)
    : newReplayFolder(config.dataDir, market, span);
  const watch = new AlertWatch<ReplayedAlert>(alerts);
  const events = replayArchive({
    ...{ archive, out, span, tickers, alerts: watch },
    settings: {
      rules: { minSources: config.minSources, maxDeviation: config.maxDeviation },
      quality: qualitySettings(config),
      ...{ windows: config.statistics.windows, lookBack, anomalies: config.anomalies },
    },
    pace: createPace(flags.speed, MACHINE_CLOCK),
    firstTickMs: await firstArchivedTick(archive, tickers),
  });
  const patience = new Patience();
  const hours: ReplayedHour[] = [];
  const firings: Firing<ReplayedAlert>[] = [];
  const say = (text: string) => {
    patience.end();
    if (!flags.json) process.stdout.write(text);
  };
  for await (const event of events) {
    if (event.kind === 'tick') {
      const done = event.tickAtMs < span.fromMs ? 'looked back to before it, up to' : 'replayed up to';
      patience.tell(() => `${done} ${iso(event.tickAtMs)}`);
    }
    if (event.kind === 'firing') {
      firings.push(event.firing);
      say(firingLine(event.firing));
    }
    if (event.kind === 'hour') {
      hours.push(event.hour);
      say(hourLines(event.hour));
    }
  }
  patience.end();
  const differ = hours.filter(({ result }) => result === 'different').length;
  if (flags.json) {
    const answer = {
      ...{ market, from: iso(span.fromMs), to: iso(span.toMs), out },
      ...{ hours: hours.map(hourAnswer), alerts: alerts.length, firings: firings.map(firingAnswer) },
    };
    process.stdout.write(`${JSON.stringify(answer, null, 2)}\n`);
  } else {
    const same = hours.filter(({ result }) => result === 'identical').length;
    process.stdout.write(
      `${hours.length} hours: ${same} identical, ${differ} different; ${firings.length} of ${alerts.length} alerts fired; written to ${out}\n`,
    );
  }
  if (differ > 0) process.exitCode = 1;
}

const iso = (timeMs: number) => new Date(timeMs).toISOString();
