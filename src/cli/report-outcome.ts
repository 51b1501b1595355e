import { existsSync, readdirSync } from 'node:fs';
import { join } from 'node:path';
import type { Kysely } from 'kysely';
import { type AnomalyRow, listAnomalies } from '../db/anomalies';
import { noticesSince, type ToldNotice } from '../db/notices';
import type { Database } from '../db/schema';
import { HOUR_MS } from '../domain/statistics-hour';
import type { JoinedStack } from '../settings';

const MOST_ANOMALIES = 1_000;
const SHOWN = 10;

/** What a run of reports has led to, to be read: files on this machine, anomalies, and what Slack was told. */
export async function describeOutcome(
  db: Kysely<Database>,
  config: JoinedStack['config'],
  { hours, since }: { hours: Date[]; since: Date },
): Promise<string> {
  const { market } = config;
  const [first, last] = [hours[0] as Date, hours.at(-1) as Date];
  const span = { since: first, until: new Date(last.getTime() + HOUR_MS) };
  const { anomalies } = await listAnomalies(db, { market, ...span, limit: MOST_ANOMALIES });
  const notices = await noticesSince(db, market, since);
  const isTold = config.slackWebhookUrl !== undefined;
  return [
    ...describeFiles(join(config.dataDir, 'archive', market), hours),
    ...some('Anomalies', anomalies.reverse().map(describeAnomaly)),
    ...some(
      isTold ? 'Slack' : 'Slack was told nothing, as SLACK_WEBHOOK_URL is not set; it would have been sent',
      notices.map(isTold ? describeNotice : ({ text }) => text),
    ),
    '',
  ].join('\n');
}

function describeFiles(archive: string, hours: Date[]): string[] {
  const folders = hours.flatMap((hour) => {
    const iso = hour.toISOString();
    const within = join(`date=${iso.slice(0, 10)}`, `hour=${iso.slice(11, 13)}`);
    return ['snapshots', 'processed'].map((kind) => join(archive, kind, within));
  });
  return folders.filter(existsSync).length === 0
    ? [`Files: none under ${archive} (the worker's DATA_DIR has them)`]
    : some(
        `Files under ${archive}`,
        folders.filter(existsSync).map((folder) => {
          const files = readdirSync(folder).sort();
          return `${folder.slice(archive.length + 1)}: ${files.length}, such as ${files.find((file) => file.endsWith('.parquet')) ?? files[0]}`;
        }),
      );
}

const describeAnomaly = ({ ticker, rule, threshold, started_at, ended_at, value, price, peak }: AnomalyRow) =>
  `${ticker.padEnd(5)} ${rule} ${value.toFixed(2)} (> ${threshold}) at ${started_at.toISOString()}, ${price} USD; ` +
  `farthest ${peak.toFixed(2)}, ${ended_at === null ? 'goes on' : `over at ${ended_at.toISOString()}`}`;

function describeNotice({ text, status, statusCode, response, error }: ToldNotice): string {
  const answer = statusCode === null ? (error ?? 'not sent yet') : `${statusCode} ${response ?? ''}`.trim();
  return `${status}, answered ${answer}: ${text}`;
}

/** A heading, and the last of the lines that belong under it. */
function some(heading: string, lines: string[]): string[] {
  const left = lines.length - SHOWN;
  const more = left > 0 ? [`  … and ${left} before`] : [];
  return [`${heading}: ${lines.length}`, ...more, ...lines.slice(-SHOWN).map((line) => `  ${line}`)];
}
