import { parse } from '@formatjs/icu-messageformat-parser';
import type { MessageFormatElement } from '@formatjs/icu-messageformat-parser';
import { formatToParts, IntlMessageFormat } from 'intl-messageformat';
import { languageChain } from '../../locale/language.js';
import { escapeHtml } from '../../text/escape-html.js';
import { CalendarDay, formattersFor } from './intl-formatters.js';
import { TemplateError } from './template-error.js';
import { variablesIn } from './template-variables.js';
import type { TemplateVariables, VariableKind } from './template-variables.js';

/** The language and time zone that a text is rendered for. */
export interface Reader {
  /** BCP 47. */
  readonly language: string;
  /** IANA name. */
  readonly timeZone: string;
}

/** Values for the variables of a template. Only text, numbers, true, false and null can be rendered. */
export type TemplateValues = Readonly<Record<string, unknown>>;

const SAFE_LINK = /^(?:https?:\/\/|mailto:|tel:|#)/i;
const DAY = /^\d{4}-\d\d-\d\d$/;
const INSTANT = /^\d{4}-\d\d-\d\dT\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?(?:Z|[+-]\d\d:?\d\d)$/;

/** A compiled ICU message in one language. */
export class MessageTemplate {
  private constructor(
    private readonly elements: MessageFormatElement[],
    readonly language: string,
    private readonly isHtml: boolean,
    private readonly variables: TemplateVariables,
  ) {}

  /**
   * Compiles a template. With `html`, values are escaped, and values used as a link are replaced unless they are web,
   * mail or telephone links. Throws TemplateError.
   */
  static compile(source: string, language: string, { html }: { html: boolean }): MessageTemplate {
    const elements = parsed(source, language);
    return new MessageTemplate(elements, language, html, variablesIn(elements, language, html));
  }

  /** The variables of the template and the kind of value each of them requires. */
  get kinds(): ReadonlyMap<string, VariableKind> {
    return this.variables.kinds;
  }

  /** Why the value cannot be used for the variable; null if it can. */
  problemWith(name: string, value: unknown): string | null {
    const kind = this.kinds.get(name);
    return kind === undefined || converted(value, kind) !== undefined ? null : problemOf(kind);
  }

  /** Throws TemplateError if a value is missing or of the wrong kind. */
  render(values: TemplateValues, reader: Reader): string {
    const locale = languageChain(reader.language).includes(this.language) ? reader.language : this.language;
    const formatters = formattersFor(reader.timeZone);
    const parts = formatToParts<unknown>(
      this.elements,
      locale,
      formatters,
      IntlMessageFormat.formats,
      this.convert(values),
    );
    return parts.map(({ value }) => String(value)).join('');
  }

  /** The result has no prototype, so a variable named like a member of `Object.prototype` finds only given values. */
  private convert(values: TemplateValues): Record<string, string | number | Date> {
    const all = Object.create(null) as Record<string, string | number | Date>;
    for (const [name, kind] of this.kinds) {
      const value = converted(Object.hasOwn(values, name) ? values[name] : undefined, kind);
      if (value === undefined) throw new TemplateError(`{${name}} ${problemOf(kind)}`);
      all[name] = this.isHtml && typeof value === 'string' ? this.inHtml(name, value) : value;
    }
    return all;
  }

  private inHtml(name: string, value: string): string {
    return escapeHtml(this.variables.links.has(name) && !SAFE_LINK.test(value) ? '#' : value);
  }
}

function parsed(source: string, language: string): MessageFormatElement[] {
  try {
    return parse(source, { ignoreTag: true, captureLocation: true, locale: new Intl.Locale(language) });
  } catch (error) {
    if (error instanceof RangeError) throw new TemplateError('is nested too deep', { cause: error });
    throw new TemplateError(`does not compile: ${readable(error)}`, { cause: error });
  }
}

/** The parser's error messages are constants in capitals, with the location in a separate member. */
function readable(error: unknown): string {
  const { message, location } = error as Error & { location?: { start: { line: number; column: number } } };
  const words = message.toLowerCase().replaceAll('_', ' ');
  return location ? `${words}, line ${location.start.line}, column ${location.start.column}` : words;
}

function problemOf(kind: VariableKind): string {
  if (kind === 'number') return 'must be a number';
  if (kind === 'date') return 'must be a date (2026-11-21) or a time with its zone (2026-11-21T09:30:00Z)';
  return 'must be a text, a number, true, false or null';
}

/** Undefined if the value is not of this kind. */
function converted(value: unknown, kind: VariableKind): string | number | Date | undefined {
  // A 64-bit integer keeps all digits as text. For plurals and number formats, a rounded number is precise enough.
  if (typeof value === 'bigint') return converted(kind === 'number' ? Number(value) : String(value), kind);
  if (kind === 'number') return typeof value === 'number' && Number.isFinite(value) ? value : undefined;
  if (kind === 'date') return dateOf(value);
  if (value === null) return '';
  return typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean'
    ? String(value)
    : undefined;
}

function dateOf(value: unknown): Date | undefined {
  if (value instanceof Date) return value;
  if (typeof value !== 'string') return undefined;
  if (!DAY.test(value) && !INSTANT.test(value)) return undefined;
  const date = DAY.test(value) ? new CalendarDay(value) : new Date(value);
  return Number.isNaN(date.getTime()) ? undefined : date;
}
