/** What a stranger sends must not steer the terminal. */
export function escapeControls(text: string): string {
  return text.replace(/\p{Cc}/gu, (character) =>
    character === '\n' ? character : `\\u${character.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** The same of what is to be one line of many: a file's name may hold a line feed. */
export function inOneLine(text: string): string {
  return escapeControls(text).replaceAll('\n', '\\u000a');
}
