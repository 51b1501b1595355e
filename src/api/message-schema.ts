import { z } from 'zod';
import { MESSAGE_FORMATS, type MessageForm } from '../domain/message';
import { checkTemplate, MAX_TEMPLATE_LENGTH } from '../webhooks/message';
import { headerNameFault, MASKED, MAX_OWN_HEADERS, maskedHeaders } from '../webhooks/own-headers';

const NO_FORMAT = `Must be one of ${MESSAGE_FORMATS.join(', ')}`;
const NO_TEMPLATE = 'Must be a text';
const NO_CHAT = 'Must be the number of a chat such as -1001234567890, or the @name of a channel';
const NO_MESSAGE = 'Must be an object such as {"format":"slack"}';

const CHAT_ID = /^(-?[1-9]\d{0,15}|@[A-Za-z][A-Za-z0-9_]{3,63})$/;

const format = z
  .enum(MESSAGE_FORMATS, { error: NO_FORMAT })
  .default('json')
  .meta({
    description:
      '`json`: the event itself, or what the template makes; `slack`, `discord`, `telegram`: a text for an incoming webhook of Slack ' +
      'or Discord, or for `sendMessage` of a Telegram bot',
    example: 'slack',
  });

const template = z
  .string({ error: NO_TEMPLATE })
  // Looked at by `checkTemplate`.
  .meta({
    minLength: 1,
    maxLength: MAX_TEMPLATE_LENGTH,
    description:
      'A Mustache template. Of `json`, the whole body; of the others, the text. It may name the fields of the event, ' +
      '`labels.<name>` and `text`, the usual text; values are escaped for where they stand. `{{{`, `{{&`, `{{>` and `{{=` are refused',
    example: '{{ticker}} is at {{price}} {{#note}}({{note}}){{/note}}',
  });

const chatId = z
  .union([z.string(), z.int()], { error: NO_CHAT })
  .transform(String)
  .refine((text) => CHAT_ID.test(text), { error: NO_CHAT })
  .meta({
    description: 'Of `telegram`: the chat that the bot writes to, by its number or its @name',
    example: '-1001234567890',
  });

/** How an alert's messages look. */
export const message = z
  .strictObject({ format, template: template.optional(), chat_id: chatId.optional() }, { error: NO_MESSAGE })
  .superRefine((input, ctx) => {
    const refuse = (path: string, fault: string) =>
      ctx.addIssue({ code: 'custom', path: [path], message: fault });
    const fault = checkTemplate({ format: input.format, template: input.template ?? null });
    if (fault !== undefined) refuse('template', fault);
    if (input.format === 'telegram' && input.chat_id === undefined)
      refuse('chat_id', 'Telegram needs to know the chat: its number, or the @name of a channel');
    if (input.format !== 'telegram' && input.chat_id !== undefined)
      refuse('chat_id', `Only goes with the format telegram, not with ${input.format}`);
  })
  .transform(
    (input): MessageForm => ({
      format: input.format,
      template: input.template ?? null,
      chatId: input.chat_id ?? null,
    }),
  )
  .meta({
    description: 'How the alert’s messages look; without it, they are the event as JSON',
    example: { format: 'slack', template: '{{text}} ({{labels.desk}})' },
  });

const NO_HEADERS = `Must be an object of ${MAX_OWN_HEADERS} headers at most, such as {"Authorization":"Bearer …"}`;
const NO_VALUE = 'Must have 1 to 1000 visible ASCII characters, with spaces only between them';

const headerValue = z
  .string({ error: NO_VALUE })
  .max(1_000, { error: NO_VALUE })
  .regex(/^[!-~](?:[ -~]*[!-~])?$/, { error: NO_VALUE });

/** An alert's own headers, as its user sends them; nothing of a value may be told again: see `headersAnswer`. */
export const headers = z
  .preprocess(withoutPrototype, z.record(z.string(), headerValue, { error: NO_HEADERS }))
  .superRefine((given, ctx) => {
    const names = Object.keys(given);
    if (names.length > MAX_OWN_HEADERS) ctx.addIssue({ code: 'custom', message: NO_HEADERS });
    for (const [at, name] of names.entries()) {
      const isTwice = names.findIndex((other) => other.toLowerCase() === name.toLowerCase()) < at;
      const fault = isTwice ? `The header ${name} is there twice` : headerNameFault(name);
      if (fault !== undefined) ctx.addIssue({ code: 'custom', path: [name], message: fault });
    }
  })
  .meta({
    description:
      'Sent with every message of the alert, beside those of Pricehook. They are kept encrypted, and their values are never ' +
      `shown again (\`${MASKED}\`). Those of the connection, the body, the signature and of tracing can't be set`,
    maxProperties: MAX_OWN_HEADERS,
    example: { Authorization: 'Bearer 4f1d6c' },
  });

/** Zod passes over a name that would set an object's prototype: under another one that is refused, too, it is told. */
function withoutPrototype(input: unknown): unknown {
  const isThere = typeof input === 'object' && input !== null && Object.hasOwn(input, '__proto__');
  return isThere ? { ...input, '"__proto__"': '-' } : input;
}

/** An alert's form of message as it is answered. */
export const messageAnswer = z
  .object({
    format: z.enum(MESSAGE_FORMATS),
    template: z.string().optional(),
    chat_id: z.string().optional().meta({ description: 'Of `telegram`' }),
  })
  .meta({ description: 'How the alert’s messages look', example: { format: 'slack' } });

/** An alert's own headers as they are answered. */
export const headersAnswer = z.record(z.string(), z.literal(MASKED)).meta({
  description: 'The alert’s own headers; their values are never shown',
  example: { Authorization: MASKED },
});

export type MessageInput = z.output<typeof message>;
export type HeadersInput = z.output<typeof headers>;
export type MessageAnswer = z.output<typeof messageAnswer>;

/** How a form of message is answered. */
export function toMessageAnswer({ format, template, chatId }: MessageForm): MessageAnswer {
  return { format, ...(template !== null && { template }), ...(chatId !== null && { chat_id: chatId }) };
}

export { maskedHeaders };
