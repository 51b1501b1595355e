/** Text as PostgreSQL takes it: it stores no NUL, and no half of a character (of an emoji, say) in JSON. */
export function storable(text: string): string {
  return text.replaceAll('\0', '').replace(/\p{Cs}/gu, '\ufffd');
}

/** JSON of a value for a column of type `jsonb`, its texts made storable. */
export function storableJson(value: unknown): string {
  return JSON.stringify(value, (_, inner: unknown) => (typeof inner === 'string' ? storable(inner) : inner));
}
