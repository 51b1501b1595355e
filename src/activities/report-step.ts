import { activityInfo, log } from '@temporalio/activity';
import type { Kysely } from 'kysely';
import { recordStep } from '../db/reports';
import type { Database } from '../db/schema';
import type { Market } from '../domain/quote';
import type { ReportStep, StepReport } from '../domain/report';
import { reportStepDuration, reportSteps } from '../metrics/metrics';

/** An activity of one step of an hour's report. */
type HourActivity<I extends { hourMs: number }, O> = (input: I) => Promise<O>;

/**
 * Has an activity's attempts stand in the hour's row of `reports`, where there is one, with what came of them.
 * @param summarise says in words what it did
 */
export function asStep<I extends { hourMs: number }, O>(
  { db, market }: { db: Kysely<Database>; market: Market },
  step: ReportStep,
  activity: HourActivity<I, O>,
  summarise: (result: O) => string,
): HourActivity<I, O> {
  return async (input) => {
    const { attempt } = activityInfo();
    const hour = new Date(input.hourMs);
    const begun = {
      started_at: new Date().toISOString(),
      ended_at: null,
      attempt,
      summary: null,
      error: null,
    };
    const record = (report: StepReport) => recordStep(db, market, hour, step, report);
    await record({ ...begun, status: 'running' });
    const ended_at = () => new Date().toISOString();
    let result: O;
    const took = reportStepDuration.startTimer({ step });
    try {
      result = await activity(input);
    } catch (error) {
      reportSteps.inc({ step, outcome: 'failed' });
      const { message } = error as Error;
      await record({ ...begun, status: 'retrying', ended_at: ended_at(), error: message }).catch(
        // The failure of the step itself says more, and Temporal keeps it.
        (unrecorded: unknown) =>
          log.warn('The failure of a step could not be recorded', { error: unrecorded }),
      );
      throw error;
    } finally {
      took();
    }
    reportSteps.inc({ step, outcome: 'done' });
    await record({ ...begun, status: 'done', ended_at: ended_at(), summary: summarise(result) });
    return result;
  };
}
