/**
 * One step of a document: a fenced block marked `<!-- tour: TERMINAL -->` (input) or `<!-- tour: TERMINAL prints -->`
 * (output), or the mark `<!-- tour: TERMINAL interrupts -->` without a block.
 */
export interface TourStep {
  /** The name of the terminal; `both` means all. */
  readonly terminal: string;
  /** Input, output, or Ctrl-C. */
  readonly kind: 'types' | 'prints' | 'interrupts';
  /** Empty for an interruption. */
  readonly text: string;
  /** The line in the document, for messages. */
  readonly line: number;
}

const MARKED = /<!-- tour: (\w+)(?: interrupts -->|( prints)? -->\s*\n```\w+\n([\s\S]*?)\n```)/g;

/** The marked blocks of a document, in order. */
export function tourSteps(document: string): TourStep[] {
  return [...document.matchAll(MARKED)].map((match) => ({
    terminal: match[1] ?? '',
    kind: match[3] === undefined ? 'interrupts' : match[2] === undefined ? 'types' : 'prints',
    text: match[3] ?? '',
    line: document.slice(0, match.index).split('\n').length,
  }));
}

/** The parts that differ between runs. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/tdk_[0-9a-z]{11}_[0-9a-z]{50}/g, 'KEY'],
  [/tdk_[0-9a-z]{11}/g, 'PREFIX'],
  [/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME'],
  [/"position":"[\w-]+"/g, '"position":"POSITION"'],
  [/(?<=http|ws):\/\/(?:localhost|127\.0\.0\.1):\d+/g, '://HOST'],
  [/\b[\w-]{56}\b/g, 'TOKEN'],
  [/"next_cursor":"[\w-]+"/g, '"next_cursor":"CURSOR"'],
  [/"seconds":\d+/g, '"seconds":SECONDS'],
];

/**
 * The lines of an output without the parts that differ between runs, in alphabetical order, because two sockets may
 * print in any order.
 */
export function comparable(output: string): string[] {
  const plain = VARIABLE.reduce((text, [pattern, name]) => text.replace(pattern, name), output);
  return plain.split('\n').filter(Boolean).sort();
}
