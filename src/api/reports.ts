import type { ReportStartedAnswer } from './answers/reports';
import { authenticate } from './auth';
import type { ApiRouter } from './context';
import type { ApiDeps } from './deps';
import { httpError } from './errors';
import { operatorsOnly } from './operators';
import { limit } from './rate-limit';

/** Having a report made now. */
export function addReportRoutes(router: ApiRouter, deps: ApiDeps): void {
  const { reports, log } = deps;

  router.post(
    '/reports/run',
    authenticate(deps),
    limit(deps, { route: 'POST /reports/run', tokens: 5, by: 'user' }),
    operatorsOnly(deps),
    async (ctx) => {
      const { workflowId, runId } = await reports.run().catch((error: unknown) => {
        log.warn({ err: error }, 'A report could not be started');
        throw httpError(503, 'Temporal is not reachable', { 'Retry-After': '5' });
      });
      ctx.status = 202;
      ctx.body = {
        workflow_id: workflowId,
        run_id: runId,
        workflow_url: reports.urlOf(workflowId, runId),
      } satisfies ReportStartedAnswer;
    },
  );
}
