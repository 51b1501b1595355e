/**
 * Reads headers that were kept in a file: one a line, as HTTP has them, or a JSON object. Names are answered in small
 * letters; a line that is no header, such as the request line, is passed over.
 */
export function readHeaders(text: string): Record<string, string> {
  const headers = fromJson(text) ?? fromLines(text);
  return Object.fromEntries(headers.map(([name, value]) => [name.toLowerCase(), value]));
}

function fromJson(text: string): [string, string][] | null {
  try {
    return Object.entries(JSON.parse(text) as object).map(([name, value]) => [name, String(value)]);
  } catch {
    return null;
  }
}

function fromLines(text: string): [string, string][] {
  return text.split(/\r?\n/).flatMap((line) => {
    const [, name, value] = /^([!#$%&'*+.^`|~\w-]+):[ \t]*(.*?)[ \t]*$/.exec(line) ?? [];
    return name === undefined || value === undefined ? [] : [[name, value] as [string, string]];
  });
}
