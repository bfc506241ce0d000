/** JSON texts of a given size that cost more than their size suggests, as values of a member or as whole texts. */
const repeated = (piece, bytes) => piece.repeat(Math.max(1, Math.floor(bytes / Buffer.byteLength(piece))));
const list = (element, bytes) => `[${repeated(`${element},`, bytes - 2 - Buffer.byteLength(element))}${element}]`;
const text = (piece, bytes) => `"${repeated(piece, bytes - 2)}"`;
const members = (value, bytes) =>
  `{${Array.from({ length: Math.floor(bytes / (14 + value.length)) }, (_, index) => `"k${String(index).padStart(8, '0')}":${value}`).join(',')}}`;

/** Each function creates a JSON value of about the given number of bytes. */
export const VALUES = {
  'empty objects': (bytes) => list('{}', bytes),
  'empty arrays': (bytes) => list('[]', bytes),
  'deep arrays': (bytes) => '['.repeat(bytes / 2) + ']'.repeat(bytes / 2),
  'deep arrays within the bound': (bytes) => list('['.repeat(60) + ']'.repeat(60), bytes),
  'deep objects': (bytes) => '{"a":'.repeat(bytes / 6) + '1' + '}'.repeat(bytes / 6),
  'many members': (bytes) => members('1', bytes),
  'the members of one object, within the bound': (bytes) =>
    members(`"${'x'.repeat(Math.max(1, Math.ceil(bytes / 3_900) - 15))}"`, bytes),
  'the same member': (bytes) => `{${repeated('"a":1,', bytes - 10)}"a":1}`,
  'prototype members': (bytes) => `{${repeated('"__proto__":{},', bytes - 20)}"a":1}`,
  'one long key': (bytes) => `{"${'k'.repeat(bytes - 6)}":1}`,
  'long keys': (bytes) =>
    `{${Array.from({ length: Math.max(1, Math.floor(bytes / 1_010)) }, (_, index) => `"${String(index).padEnd(1_000, 'k')}":1`).join(',')}}`,
  numbers: (bytes) => list('1', bytes),
  'long numbers': (bytes) => list('9'.repeat(1_000), bytes),
  'one big number': (bytes) => '9'.repeat(bytes),
  '64-bit integers': (bytes) => list('9007199254740993', bytes),
  'numbers with exponents': (bytes) => list('1e308', bytes),
  'strings within the bound': (bytes) => list(`"${'x'.repeat(Math.max(1, Math.ceil(bytes / 9_900) - 3))}"`, bytes),
  '100,000 strings': (bytes) => list(`"${'x'.repeat(Math.max(0, Math.floor(bytes / 100_000) - 3))}"`, bytes),
  '100,000 objects': (bytes) => list(`{${' '.repeat(Math.max(0, Math.floor(bytes / 100_000) - 3))}}`, bytes),
  'the empty string': (bytes) => list('""', bytes),
  'a long text': (bytes) => text('x', bytes),
  'escaped line breaks': (bytes) => text('\\n', bytes),
  'escaped characters': (bytes) => text('\\u0041', bytes),
  'escaped halves of pairs': (bytes) => text('\\ud83d', bytes),
  'escaped NUL': (bytes) => text('\\u0000', bytes),
  emojis: (bytes) => text('😀', bytes),
  Chinese: (bytes) => text('漢', bytes),
  'combining marks': (bytes) => text('a\u0301\u0327', bytes),
  'white space': (bytes) => `${' '.repeat(bytes - 2)}{}`,
  'no JSON': (bytes) => '{'.padEnd(bytes, 'x'),
};
