import { distance } from 'fastest-levenshtein';

/** Longer names are not compared, because the cost is the product of both lengths. */
const LONGEST = 64;
/** The fraction of the letters of a name that may differ. */
const TOLERANCE = 0.4;

/** The known name that was probably meant (`sendAt` -> `send_at`); null if no known name is similar. */
export function nearestName(name: string, known: readonly string[]): string | null {
  if (name.length > LONGEST) return null;
  const letters = lettersOf(name);
  let nearest: string | null = null;
  let least = Infinity;
  for (const candidate of known) {
    const other = lettersOf(candidate);
    const difference = distance(letters, other);
    if (difference < least && difference <= Math.max(letters.length, other.length) * TOLERANCE) {
      nearest = candidate;
      least = difference;
    }
  }
  return nearest;
}

/** Removes case and separators, in which naming styles differ: camelCase, kebab-case, snake_case. */
function lettersOf(name: string): string {
  return name.toLowerCase().replaceAll(/[^a-z0-9]/g, '');
}
