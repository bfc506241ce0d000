/** What PostgreSQL's `uuid` takes and we hand out. Anything else is no possible id: not found, rather than an SQL error. */
export const UUID = /^[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i;

export function isUuid(text: string): boolean {
  return UUID.test(text);
}
