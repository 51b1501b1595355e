import type { WorkflowInterceptorsFactory } from '@temporalio/workflow';

type Headers = Parameters<
  NonNullable<NonNullable<ReturnType<WorkflowInterceptorsFactory>['inbound']>[number]['execute']>
>[0]['headers'];

/** The trace that something belongs to, under the name of `@temporalio/interceptors-opentelemetry`. */
const TRACE = '_tracer-data';
/** The request to the API that had it done. */
const REQUEST = 'pricehook-request-id';
/** The trace that began the workflow, where another one made it go on. */
const ORIGIN = 'pricehook-origin';

/**
 * Hands on to a workflow's activities and children which trace and which request the workflow last heard from: its start, a tick that woke it, a change.
 * No span is made in workflows: that would need another library in each of them and promises of its own, and alerts sleep for
 * months. Nothing here waits, and no command depends on it, so that every recorded history replays.
 */
export const interceptors: WorkflowInterceptorsFactory = () => {
  let passed: Headers = {};
  let origin: Headers[string] | undefined;

  function hear(headers: Headers): void {
    const { [TRACE]: trace, [REQUEST]: request = passed[REQUEST] } = headers;
    if (trace === undefined && headers[REQUEST] === undefined) return;
    passed = {
      ...(trace && { [TRACE]: trace }),
      ...(request && { [REQUEST]: request }),
      ...(trace && origin && origin !== trace && { [ORIGIN]: origin }),
    };
  }
  const handOn = <T extends { headers: Headers }>(input: T): T => ({
    ...input,
    headers: { ...passed, ...input.headers },
  });

  return {
    inbound: [
      {
        execute(input, next) {
          origin = input.headers[ORIGIN] ?? input.headers[TRACE];
          // A wake that started the workflow was heard before.
          hear(Object.keys(passed).length > 0 ? passed : input.headers);
          return next(input);
        },
        handleSignal(input, next) {
          hear(input.headers);
          return next(input);
        },
      },
    ],
    outbound: [
      {
        scheduleActivity: (input, next) => next(handOn(input)),
        scheduleLocalActivity: (input, next) => next(handOn(input)),
        startChildWorkflowExecution: (input, next) => next(handOn(input)),
        continueAsNew: (input, next) => next(handOn(input)),
      },
    ],
  };
};
