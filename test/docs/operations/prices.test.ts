import { apiClient } from '../../support/api-client';
import { eventually } from '../../support/eventually';
import {
  alertThatFires,
  commands,
  delivered,
  requestsOf,
  shell,
  sleepingAlert,
  stage,
  typed,
  untouched,
  useStage,
} from './stage';

useStage('Prices');

const schedule = () => stage.stack.temporal.client.schedule.getHandle('ingest-quotes');
const lastTick = async () =>
  (
    await stage.stack.db
      .selectFrom('ticks')
      .select('tick_at')
      .orderBy('tick_at', 'desc')
      .executeTakeFirstOrThrow()
  ).tick_at;
const paused = async (work: () => Promise<void>) => {
  const [pause = '', goOn = ''] = commands('pause');
  await shell(pause);
  await eventually(async () => expect((await schedule().describe()).info.runningActions).toEqual([]));
  try {
    await work();
  } finally {
    await shell(goOn);
  }
};

it('pauses ingestion and lets it go on', async () => {
  const [pause = '', goOn = ''] = commands('pause');
  await shell(pause);
  expect((await schedule().describe()).state).toMatchObject({ paused: true, note: 'maintenance' });
  await eventually(async () => expect((await apiClient(stage.url).call('GET', '/health')).status).toBe(503));
  const waits = await alertThatFires();
  await shell(goOn);
  expect((await schedule().describe()).state.paused).toBe(false);
  await delivered(waits);
}, 120_000);

it(
  'publishes one tick, by which alerts fire, while it is paused',
  () =>
    paused(async () => {
      const fires = await alertThatFires();
      expect(requestsOf(fires)).toEqual([]);
      await typed('trigger');
      await delivered(fires);
    }),
  120_000,
);

it(
  'backfills ticks of now rather than of then, by which an alert fires once',
  () =>
    paused(async () => {
      const before = await lastTick();
      const [fires, sleeps] = [await alertThatFires(), await sleepingAlert()];
      const [backfill = '', look = ''] = commands('backfill');
      await shell(backfill);
      await delivered(fires);
      await eventually(async () => expect((await shell(look)).match(/Completed/g)).toHaveLength(4));
      expect((await lastTick()).getTime()).toBeGreaterThan(before.getTime());
      const old = await stage.stack.db
        .selectFrom('ticks')
        .select('tick_at')
        .where('tick_at', '<', new Date('2026-01-02'))
        .execute();
      expect(old).toEqual([]);
      expect([requestsOf(fires).length, requestsOf(sleeps).length]).toEqual([1, 0]);
    }),
  120_000,
);

it('has no command in this section that was not run', () => expect(untouched()).toEqual([]));
