const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i;

/** Whether a text is a UUID as the API writes them; PostgreSQL itself reads more spellings, and fails on all others. */
export function isUuid(text: string): boolean {
  return UUID.test(text);
}

/** Whether a text can be the id of a delivery. */
export function isDeliveryId(text: string): boolean {
  return /^msg_[\w-]{1,100}$/.test(text);
}
