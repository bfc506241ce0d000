import { loggable } from '../errors/error/loggable.js';

/** Maximum number of characters of one text. Texts may come from clients. */
const LONGEST_TEXT = 2_000;
const MOST_FRAMES = 50;
const MOST_CAUSES = 5;
const CONTROL = /[\p{Cc}\u2028\u2029]/gu;
const FRAME = /^ {4}at [^\p{Cc}]*$/u;
/** Members of a database error that identify the problem without revealing the values of the row. */
const LOGGED_MEMBERS = ['code', 'constraint', 'table', 'syscall'] as const;

/** The text on one line, with control characters escaped, truncated after 2,000 characters. */
export function boundedText(text: string): string {
  const cut = text.slice(0, LONGEST_TEXT).replace(CONTROL, (char) => JSON.stringify(char).slice(1, -1));
  return text.length > LONGEST_TEXT ? `${cut}... (${String(text.length)} characters)` : cut;
}

/** Limits the size of a log message: texts on one line; errors with their stack frames and causes, without query parameters. */
export function boundedMessage(message: unknown): unknown {
  if (typeof message === 'string') return message.includes('\n    at ') ? boundedStack(message) : boundedText(message);
  return isError(message) ? boundedError(message, MOST_CAUSES) : message;
}

function boundedError(given: Error, causes: number): Error {
  const error = loggable(given) as Error;
  const bounded = new Error(boundedText(error.message));
  bounded.name = boundedText(error.name);
  bounded.stack = [`${bounded.name}: ${bounded.message}`, ...frames(error.stack ?? '')].join('\n');
  for (const name of LOGGED_MEMBERS) {
    const value = (error as unknown as Record<string, unknown>)[name];
    if (typeof value === 'string') Object.assign(bounded, { [name]: boundedText(value) });
  }
  if (isError(error.cause) && causes > 0) bounded.cause = boundedError(error.cause, causes - 1);
  return bounded;
}

function boundedStack(stack: string): string {
  return [boundedText(stack.slice(0, stack.indexOf('\n    at '))), ...frames(stack)].join('\n');
}

function frames(stack: string): string[] {
  const lines = stack.split('\n').filter((line) => FRAME.test(line));
  return lines.slice(0, MOST_FRAMES).map((line) => line.slice(0, LONGEST_TEXT));
}

/** Not `instanceof Error`, because under jest, Node's own errors come from another realm. */
function isError(value: unknown): value is Error {
  return typeof value === 'object' && value !== null && 'message' in value && 'stack' in value;
}

interface Window {
  readonly endsAt: number;
  lines: number;
}

/** Limits how often lines of one kind are written: `mostLines` per `windowMs`. Clients can repeat requests that cause a line. */
export class LineLimit {
  private readonly windows = new Map<string, Window>();

  /** `leftOut` is called at the end of a window in which lines were suppressed. */
  constructor(
    private readonly mostLines: number,
    private readonly windowMs: number,
    private readonly leftOut: (kind: string, lines: number) => void,
  ) {}

  /** Whether a line of this kind may be written now. Use few kinds, because each kind is stored. */
  allows(kind: string): boolean {
    const now = Date.now();
    let window = this.windows.get(kind);
    if (!window || now >= window.endsAt) {
      window = { endsAt: now + this.windowMs, lines: 0 };
      this.windows.set(kind, window);
    }
    window.lines += 1;
    if (window.lines === this.mostLines + 1) this.reportLater(kind, window);
    return window.lines <= this.mostLines;
  }

  private reportLater(kind: string, window: Window): void {
    const report = (): void => this.leftOut(kind, window.lines - this.mostLines);
    setTimeout(report, Math.max(window.endsAt - Date.now(), 0)).unref();
  }
}
