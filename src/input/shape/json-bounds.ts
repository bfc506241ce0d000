/** Bounds for the structure of a JSON text. Each value costs far more memory and time than its size suggests. */
export interface JsonBounds {
  /** Levels of nested arrays and objects. Code that walks a value is recursive. */
  readonly levels: number;
  /** Total number of members of all objects. */
  readonly members: number;
  /** Total number of array elements and object members. */
  readonly values: number;
}

/** Sufficient for all bodies and messages of up to 64 KiB that the service accepts. */
export const JSON_BOUNDS: JsonBounds = { levels: 64, members: 4_000, values: 10_000 };

const QUOTE = 0x22;
const COMMA = 0x2c;
const COLON = 0x3a;
const OPENING_BRACKET = 0x5b;
const BACKSLASH = 0x5c;
const CLOSING_BRACKET = 0x5d;
const OPENING_BRACE = 0x7b;
const CLOSING_BRACE = 0x7d;

/**
 * Describes which bound a JSON text (UTF-8) exceeds; null if it exceeds none. Counts brackets, commas and colons outside strings in
 * one pass, so the text need not be parsed first. Invalid JSON may pass; the parser rejects it.
 */
export function excessOf(json: Uint8Array, bounds: JsonBounds): string | null {
  let depth = 0;
  let values = 0;
  let members = 0;
  for (let at = 0; at < json.length; at += 1) {
    switch (json[at]) {
      case QUOTE:
        at = endOfString(json, at);
        break;
      case COMMA:
        values += 1;
        break;
      case COLON:
        members += 1;
        break;
      case OPENING_BRACE:
      case OPENING_BRACKET:
        depth += 1;
        values += 1;
        if (depth > bounds.levels) return `is nested deeper than ${bounds.levels} levels`;
        break;
      case CLOSING_BRACE:
      case CLOSING_BRACKET:
        depth -= 1;
        break;
    }
  }
  if (members > bounds.members) return `has more than ${bounds.members} members`;
  return values > bounds.values ? `has more than ${bounds.values} values` : null;
}

/** The index of the quote that ends the string beginning at `start`; the last index if no quote ends it. */
function endOfString(json: Uint8Array, start: number): number {
  for (let at = start + 1; at < json.length; at += 1) {
    if (json[at] === QUOTE) return at;
    if (json[at] === BACKSLASH) at += 1;
  }
  return json.length;
}
