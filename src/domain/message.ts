export const MESSAGE_FORMATS = ['json', 'slack', 'discord', 'telegram'] as const;
export type MessageFormat = (typeof MESSAGE_FORMATS)[number];

/** How an alert's messages look. */
export interface MessageForm {
  format: MessageFormat;
  /** Of `json`: the whole body; of the others: the text. Null: the usual one. */
  template: string | null;
  /** Of `telegram`: where it is posted; null for the others. */
  chatId: string | null;
}
