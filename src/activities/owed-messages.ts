import { log } from '@temporalio/activity';
import type { AddressedRule, OwedMessage } from '../db/watches';
import { type MessageFacts, messageData } from '../domain/alert-message';
import { deliversByChildren } from '../domain/rule';
import { renderMessage } from '../webhooks/message';

/**
 * A message of an alert to each of its URLs; their bytes are made here once.
 * @param occasion of what may come again between two firings, when it was, Unix milliseconds; else 0
 */
export function owedMessages(
  alert: AddressedRule,
  facts: MessageFacts,
  firingNumber: number,
  occasion: number,
): OwedMessage[] {
  const { body, contentType, problem } = renderMessage(alert.message, messageData(facts));
  if (problem !== null) log.warn(`The template of an alert was not used: ${problem}`, { alertId: alert.id });
  return alert.urls.map((url) => ({
    ...{ alertId: alert.id, userId: alert.userId, type: facts.type, firingNumber, url, body, occasion },
    contentType,
    byAlert: facts.type === 'alert.triggered' && !deliversByChildren(alert.rule, alert.urls),
  }));
}
