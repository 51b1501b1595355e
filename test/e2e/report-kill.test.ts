import { createHash } from 'node:crypto';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { verifyArchive } from '../../src/archive/verify';
import { listReports } from '../../src/db/reports';
import type { ReportStep } from '../../src/domain/report';
import { TASK_QUEUES } from '../../src/domain/task-queues';
import { eventually } from '../support/eventually';
import { startSlack, type TestSlack } from '../support/slack';
import { startTestStack, type TestStack } from '../support/test-stack';
import { FALL_MS, HOUR_MS, seedFall } from '../workflows/report-stack';

let stack: TestStack;
let slack: TestSlack;
beforeAll(async () => {
  slack = await startSlack();
  stack = await startTestStack({ TICKERS: 'BTC', SLACK_WEBHOOK_URL: slack.url, INGEST_INTERVAL: '10s' });
  await stack.temporal.client.schedule.getHandle('market-report').pause();
  await seedFall(stack.db);
}, 120_000);
afterAll(async () => {
  await stack?.close();
  await slack?.close();
});

const startReport = () =>
  stack.temporal.client.workflow.start('marketReport', {
    taskQueue: TASK_QUEUES.ingestion,
    workflowId: 'by-hand',
    args: [{ fromMs: FALL_MS, toMs: FALL_MS + HOUR_MS }],
  });

const running = (step: ReportStep) =>
  eventually(async () => {
    const [report] = await listReports(stack.db, 'replay', { limit: 1 });
    expect(report?.steps[step]).toBeDefined();
  }, 110_000);

/** What is made of an hour, with its SHA-256. */
function processed(): Record<string, string> {
  const folder = join(stack.folder, 'archive/replay/processed');
  const names = readdirSync(folder, { recursive: true, withFileTypes: true })
    .filter((entry) => entry.isFile() && !entry.name.endsWith('.head.json'))
    .map((entry) => join(entry.parentPath, entry.name));
  const hash = (name: string) => createHash('sha256').update(readFileSync(name)).digest('hex');
  return Object.fromEntries(names.sort().map((name) => [name, hash(name)]));
}

describe('a report whose worker is killed', () => {
  it('while it writes the files, and while it tells, goes on soon: each file and each message once', async () => {
    let worker = await stack.startWorker();
    const report = await startReport();
    await running('persist');
    await worker.kill();

    // Nobody answers the first message before its sender is dead.
    const held = new Promise<void>((resolve) => {
      slack.holdOne(resolve);
    });
    worker = await stack.startWorker();
    await held;
    await worker.kill();
    worker = await stack.startWorker();
    await report.result();

    const events = slack.messages.map(({ text }) => text);
    expect(events.length).toBeGreaterThanOrEqual(6);
    expect(new Set(events).size).toBe(events.length);
    expect(slack.receiver.requests).toHaveLength(events.length + 1);
    expect((await verifyArchive(join(stack.folder, 'archive'))).problems).toEqual([]);
    const files = processed();
    expect(Object.keys(files).filter((name) => name.endsWith('.csv'))).toHaveLength(3);
    await (await startReport()).result();
    expect(processed()).toEqual(files);
    expect(slack.messages.map(({ text }) => text)).toEqual(events);
    expect(await worker.stop()).toBe(0);
  }, 240_000);
});
