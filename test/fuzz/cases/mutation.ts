import fc from 'fast-check';
import { hostileString, hostileValue } from './hostile-values.js';

export interface Mutation {
  readonly place: number;
  readonly kind: 'replace' | 'remove' | 'add' | 'wrap';
  readonly name: string;
  readonly value: unknown;
}

/** A single error in a value. */
export const mutation: fc.Arbitrary<Mutation> = fc.record({
  place: fc.nat({ max: 1_000 }),
  kind: fc.constantFrom('replace', 'replace', 'replace', 'remove', 'add', 'wrap'),
  name: hostileString,
  value: hostileValue,
});

interface Place {
  readonly parent: Record<string, unknown>;
  readonly key: string;
}

/** Returns the value with one of its members, at any depth, changed, removed, added or wrapped. */
export function mutated(given: unknown, { place, kind, name, value }: Mutation): unknown {
  const root: Record<string, unknown> = { root: structuredClone(given) };
  const places: Place[] = [];
  collect(root, places);
  const chosen = places[place % places.length];
  if (!chosen) return given;
  const { parent, key } = chosen;
  const old = parent[key];
  if (kind === 'remove') Reflect.deleteProperty(parent, key);
  else if (kind === 'wrap') parent[key] = place % 2 === 0 ? [old] : { [key]: old };
  else if (kind === 'add' && typeof old === 'object' && old !== null && !Array.isArray(old)) define(old, name, value);
  else parent[key] = value;
  return root.root;
}

function collect(parent: Record<string, unknown>, places: Place[]): void {
  for (const [key, value] of Object.entries(parent)) {
    places.push({ parent, key });
    if (typeof value === 'object' && value !== null) collect(value as Record<string, unknown>, places);
  }
}

/** Sets a member with this name, including `__proto__`. */
function define(target: object, name: string, value: unknown): void {
  Object.defineProperty(target, name, { value, enumerable: true, configurable: true, writable: true });
}
