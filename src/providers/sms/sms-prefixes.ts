/**
 * Whether SMS may be sent to this number (E.164). `prefixes`: SMS_PREFIXES; empty: all numbers. SMS to some countries
 * cost a hundred times as much, and a fraudster who causes them may receive a share.
 */
export function mayReceiveSms(phone: string, prefixes: readonly string[]): boolean {
  return prefixes.length === 0 || prefixes.some((prefix) => prefix === '*' || phone.startsWith(prefix));
}
