/**
 * Reads an absolute URL; null where the text is none. Not by `URL.canParse`: once Node 20 and 22 have optimised a caller of it,
 * it says no to every text with a letter of Latin-1, such as https://bücher.example/.
 */
export function parseUrl(text: string): URL | null {
  try {
    return new URL(text);
  } catch {
    return null;
  }
}
