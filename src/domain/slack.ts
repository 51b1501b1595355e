/** A message of Slack's incoming webhooks: blocks, and a text for where blocks can't be shown. */
export interface SlackMessage {
  text: string;
  blocks: SlackBlock[];
}

interface SlackText {
  type: 'mrkdwn' | 'plain_text';
  text: string;
}

export type SlackBlock =
  | { type: 'header'; text: SlackText }
  | { type: 'section'; text?: SlackText; fields?: SlackText[] }
  | { type: 'context'; elements: SlackText[] };

/** What Slack takes at most, in characters (docs.slack.dev, Block Kit: section, header, context). */
export const SLACK_LIMITS = { header: 150, section: 3_000, field: 2_000, fields: 10, blocks: 50 } as const;

export interface MessageParts {
  title: string;
  /** Lines of Slack's own markup; what came from outside must be escaped (`escapeSlack`). */
  body: string;
  /** Names and values, in two columns. */
  fields?: [string, string][];
  /** Small print. */
  footer?: string;
  link?: { url: string; label: string };
}

/** A message that keeps to Slack's limits, whatever is in it. */
export function slackMessage({ title, body, fields = [], footer, link }: MessageParts): SlackMessage {
  const linked = link === undefined ? '' : `\n<${escapeSlack(link.url)}|${escapeSlack(link.label)}>`;
  const blocks: SlackBlock[] = [
    { type: 'header', text: { type: 'plain_text', text: cut(title, SLACK_LIMITS.header) } },
    {
      type: 'section',
      text: { type: 'mrkdwn', text: cut(body, SLACK_LIMITS.section - linked.length) + linked },
    },
  ];
  if (fields.length > 0) {
    blocks.push({
      type: 'section',
      fields: fields.slice(0, SLACK_LIMITS.fields).map(([name, value]) => ({
        type: 'mrkdwn',
        text: cut(`*${escapeSlack(name)}*\n${escapeSlack(value)}`, SLACK_LIMITS.field),
      })),
    });
  }
  if (footer !== undefined)
    blocks.push({
      type: 'context',
      elements: [{ type: 'mrkdwn', text: cut(escapeSlack(footer), SLACK_LIMITS.field) }],
    });
  return { text: cut(escapeSlack(title), SLACK_LIMITS.section), blocks };
}

/** Text that Slack shows as it is. */
export function escapeSlack(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;');
}

/** A text that has so many UTF-16 units at most; where something was left out, it ends with `…`. */
export function cut(text: string, length: number): string {
  // Half a character, of an emoji that lies across the end, is none.
  return text.length <= length ? text : `${text.slice(0, length - 1).replace(/\p{Cs}$/u, '')}…`;
}
