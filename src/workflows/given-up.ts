import { ApplicationFailure, isCancellation } from '@temporalio/workflow';

/** The clear failure that Temporal's lists show for a webhook that could not be delivered. */
export function givenUp(deliveryId: string, error: unknown): unknown {
  if (isCancellation(error)) return error;
  const cause = error instanceof Error ? (error.cause ?? error) : undefined;
  return ApplicationFailure.create({
    type: 'DeliveryFailed',
    message: cause instanceof Error ? cause.message : `The webhook ${deliveryId} was not delivered`,
    nonRetryable: true,
    cause: error instanceof Error ? error : undefined,
  });
}
