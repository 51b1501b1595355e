import { defineSignal, isCancellation, setHandler } from '@temporalio/workflow';
import { markFired } from './alert-details';
import { type DeliveryOptions, deliveryActivity } from './delivery-activity';
import { givenUp } from './given-up';
import { retrying } from './price-alert';

export interface DeliverMessageInput extends DeliveryOptions {
  deliveryId: string;
}

export type DeliverMessageResult = { outcome: 'delivered' | 'cancelled' | 'skipped'; deliveryId: string };

/** The delivery was asked for, once more where one was just made: whatever is owed then is delivered, too. */
export const again = defineSignal('again');

/** Makes one delivery that is asked for by itself: again after its end, or of a message that belongs to no alert. */
export async function deliverMessage(input: DeliverMessageInput): Promise<DeliverMessageResult> {
  const { deliveryId } = input;
  const { deliverWebhook } = deliveryActivity(input);
  let asked = true;
  setHandler(again, () => {
    asked = true;
  });
  setHandler(retrying, markFired);
  let end: { outcome: DeliverMessageResult['outcome'] } | { error: unknown } = { outcome: 'cancelled' };
  while (asked) {
    asked = false;
    try {
      end = { outcome: (await deliverWebhook({ deliveryId })).status };
    } catch (error) {
      if (isCancellation(error)) throw error;
      end = { error };
    }
  }
  if ('error' in end) throw givenUp(deliveryId, end.error);
  return { ...end, deliveryId };
}
