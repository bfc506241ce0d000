/** The form of the service's UUIDs. PostgreSQL rejects other text with an SQL error, so callers treat other text as an unknown id. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
