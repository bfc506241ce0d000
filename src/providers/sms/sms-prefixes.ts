/**
 * Whether SMS may go to this number (E.164). `prefixes`: SMS_PREFIXES; empty: to all. Numbers in some countries cost a hundred
 * times as much, and pay a share to whoever causes the SMS.
 */
export function mayReceiveSms(phone: string, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => prefix === '*' || phone.startsWith(prefix));
}
