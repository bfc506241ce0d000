/** The share is exact to four decimals. */
const PARTS = 10_000n;

/**
 * The partner's part of an amount: decimal text with two decimals, rounded half up. `share`: 0 to 1, with at most four
 * decimals.
 */
export function partnerShare(amount: string, share: number): string {
  const cents = BigInt(amount.replace('.', ''));
  const part = (cents * BigInt(Math.round(share * Number(PARTS))) * 2n + PARTS) / (PARTS * 2n);
  const digits = part.toString().padStart(3, '0');
  return `${digits.slice(0, -2)}.${digits.slice(-2)}`;
}
