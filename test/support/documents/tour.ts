/**
 * One step of a document: a fenced block marked `<!-- tour: TERMINAL -->` (typed) or `<!-- tour: TERMINAL prints -->`, or
 * `<!-- tour: TERMINAL interrupts -->` alone.
 */
export interface TourStep {
  /** Which terminals; `both` is all of them. */
  readonly terminal: string;
  /** Something to type, what appears, or Ctrl-C. */
  readonly kind: 'types' | 'prints' | 'interrupts';
  /** Empty for an interruption. */
  readonly text: string;
  /** In the document, for messages. */
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

/** What differs from run to run. */
const VARIABLE: readonly (readonly [RegExp, string])[] = [
  [/[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g, 'UUID'],
  [/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z/g, 'TIME'],
  [/"position":"[\w-]+"/g, '"position":"POSITION"'],
  [/(?<=http|ws):\/\/(?:localhost|127\.0\.0\.1):\d+/g, '://HOST'],
  [/\b[\w-]{56}\b/g, 'TOKEN'],
  [/"seconds":\d+/g, '"seconds":SECONDS'],
];

/** The lines of an output, without what differs from run to run, in alphabetical order: two sockets may print in any. */
export function comparable(output: string): string[] {
  const plain = VARIABLE.reduce((text, [pattern, name]) => text.replace(pattern, name), output);
  return plain.split('\n').filter(Boolean).sort();
}
