import { type AlarmRow, listAlarms } from '../db/alarms';
import type { AlarmAnswer } from './answers/reports';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { readQuery } from './parse';
import { limit } from './rate-limit';
import { alarmListSchema } from './schemas';

/** What is wrong, and what was. */
export function addAlarmRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { db, config } = deps;

  router.get(
    '/alarms',
    authenticate(deps),
    limit(deps, { route: 'GET /alarms', tokens: 5, by: 'user' }),
    async (ctx) => {
      const { status, limit: most } = readQuery(ctx, alarmListSchema);
      const isOpen = status && status === 'open';
      ctx.body = (await listAlarms(db, config.market, { isOpen, limit: most })).map(alarmAnswer);
    },
  );
}

function alarmAnswer(row: AlarmRow): AlarmAnswer {
  return {
    id: row.id,
    key: row.key,
    detail: row.detail,
    opened_at: row.opened_at.toISOString(),
    closed_at: row.closed_at?.toISOString() ?? null,
  };
}
