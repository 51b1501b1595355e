import type { MessageForm } from '../domain/message';
import { cut, escapeSlack } from '../domain/slack';
import { sampleOf } from './message-sample';
import { escapeJson, isJsonTemplate, renderTemplate, TemplateError, type Values } from './message-template';
import { usualText } from './message-text';
import { type MessageData, variableOf } from './message-values';

export { checkTemplate, MAX_TEMPLATE_LENGTH } from './message-template';
export { type MessageData, VARIABLES } from './message-values';

export interface RenderedMessage {
  body: string;
  /** Null: `application/json`. */
  contentType: string | null;
  /** Why the alert's template was not used, in a sentence; null where it was, or where there is none. */
  problem: string | null;
}

/** What chats take at most, in characters: docs.slack.dev, discord.com/developers, core.telegram.org/bots/api. */
export const TEXT_LIMITS = { slack: 40_000, discord: 2_000, telegram: 4_096 } as const;

const TEXT_TYPE = 'text/plain; charset=utf-8';

/**
 * The body of an alert's message. Never throws: where a template can't be used, the usual message is sent instead.
 * @param form how its user wants it; null: the data as JSON
 */
export function renderMessage(form: MessageForm | null, data: MessageData): RenderedMessage {
  const usual = () => ({ body: usualBody(form, data), contentType: null });
  if (form === null || form.template === null) return { ...usual(), problem: null };
  try {
    return { ...withTemplate(form, form.template, data), problem: null };
  } catch (error) {
    return { ...usual(), problem: (error as Error).message };
  }
}

/**
 * What a message will look like, for whoever creates an alert.
 * @param data what is known of the alert (ticker, metric, condition, threshold or range, note, labels, …); a firing is made up
 */
export function sampleMessage(form: MessageForm | null, data: MessageData): RenderedMessage {
  return renderMessage(form, sampleOf(data));
}

function usualBody(form: MessageForm | null, data: MessageData): string {
  return form === null || form.format === 'json'
    ? JSON.stringify(data)
    : chatBody(form, inChat(form, usualText(data)));
}

function withTemplate(
  form: MessageForm,
  template: string,
  data: MessageData,
): Omit<RenderedMessage, 'problem'> {
  let text: string | undefined;
  const usual = () => {
    text ??= usualText(data);
    return text;
  };
  const values: Values = (name) => (name === 'text' ? usual() : variableOf(data, name));
  if (form.format !== 'json') {
    const inIts = (value: string) => inChat(form, value);
    return { body: chatBody(form, notBlank(renderTemplate(template, values, inIts))), contentType: null };
  }
  if (!isJsonTemplate(template))
    return { body: notBlank(renderTemplate(template, values, shown)), contentType: TEXT_TYPE };
  const body = renderTemplate(template, values, escapeJson);
  // What this message says nothing of may leave a gap where JSON has none.
  JSON.parse(body);
  return { body, contentType: null };
}

/** Chats refuse an empty message. */
function notBlank(text: string): string {
  if (text.trim() === '') throw new TemplateError('The message would be empty');
  return text;
}

/** A value as a chat shows it as it is. */
function inChat({ format }: MessageForm, text: string): string {
  return format === 'slack' ? escapeSlack(shown(text)) : shown(text);
}

/** Without control characters, but for lines and tabs, and without what turns the direction of writing around. */
function shown(text: string): string {
  return text.replace(/\r\n?/g, '\n').replace(/(?![\n\t])\p{Cc}|[\u202a-\u202e\u2066-\u2069]/gu, '');
}

function chatBody({ format, chatId }: MessageForm, text: string): string {
  switch (format) {
    case 'discord':
      return JSON.stringify({ content: cut(text, TEXT_LIMITS.discord), allowed_mentions: { parse: [] } });
    case 'telegram':
      return JSON.stringify({ chat_id: chatIdOf(chatId), text: cut(text, TEXT_LIMITS.telegram) });
    default:
      return JSON.stringify({ text: cutEscaped(text, TEXT_LIMITS.slack) });
  }
}

/** Telegram's numbers are numbers, its names are texts. */
function chatIdOf(chatId: string | null): string | number | null {
  const number = Number(chatId);
  return chatId !== null && /^-?\d+$/.test(chatId) && Number.isSafeInteger(number) ? number : chatId;
}

/** As `cut`, and through none of the characters that stand there escaped. */
function cutEscaped(text: string, length: number): string {
  return text.length <= length
    ? text
    : `${cut(text, length)
        .slice(0, -1)
        .replace(/&[a-z]{0,3}$/, '')}…`;
}
