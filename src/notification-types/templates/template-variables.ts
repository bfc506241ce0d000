import {
  isArgumentElement,
  isDateElement,
  isLiteralElement,
  isNumberElement,
  isPluralElement,
  isSelectElement,
  isTimeElement,
} from '@formatjs/icu-messageformat-parser';
import type { DateElement, MessageFormatElement, NumberElement, TimeElement } from '@formatjs/icu-messageformat-parser';
import { IntlMessageFormat } from 'intl-messageformat';
import { formattersFor } from './intl-formatters.js';
import { TemplateError } from './template-error.js';

/** The kind of value that a template variable requires. */
export type VariableKind = 'text' | 'number' | 'date';

/** The variables of a template and their use. */
export interface TemplateVariables {
  readonly kinds: ReadonlyMap<string, VariableKind>;
  /** Variables at the start of an `href` or `src`. */
  readonly links: ReadonlySet<string>;
}

/**
 * Finds the variables of a parsed template. Throws TemplateError for unknown styles and for variables used as different
 * kinds.
 */
export function variablesIn(
  elements: readonly MessageFormatElement[],
  language: string,
  html: boolean,
): TemplateVariables {
  const search = new VariableSearch(language, html);
  search.visit(elements);
  return search;
}

class VariableSearch implements TemplateVariables {
  readonly kinds = new Map<string, VariableKind>();
  readonly links = new Set<string>();
  /** The literal text before the current element, for HTML. */
  private before = '';

  constructor(
    private readonly language: string,
    private readonly html: boolean,
  ) {}

  visit(elements: readonly MessageFormatElement[]): void {
    for (const element of elements) this.visitOne(element);
  }

  private visitOne(element: MessageFormatElement): void {
    if (isLiteralElement(element)) this.before += element.value;
    else if (isArgumentElement(element)) this.place(element.value, 'text');
    else if (isNumberElement(element)) this.styled(element, 'number', 'number');
    else if (isDateElement(element)) this.styled(element, 'date', 'date');
    else if (isTimeElement(element)) this.styled(element, 'date', 'time');
    else if (isSelectElement(element) || isPluralElement(element)) {
      this.add(element.value, isSelectElement(element) ? 'text' : 'number');
      for (const { value } of Object.values(element.options)) this.visit(value);
    }
  }

  private styled(
    element: NumberElement | DateElement | TimeElement,
    kind: VariableKind,
    family: 'number' | 'date' | 'time',
  ): void {
    this.place(element.value, kind);
    const { style } = element;
    const known = IntlMessageFormat.formats[family];
    if (typeof style === 'string' && (!Object.hasOwn(known, style) || style === 'currency')) {
      throw new TemplateError(`{${element.value}} uses the ${family} style ${style}, which does not exist`);
    }
    if (typeof style !== 'object' || style === null) return;
    const formatters = formattersFor('UTC');
    try {
      if (family === 'number') formatters.getNumberFormat(this.language, style.parsedOptions);
      else formatters.getDateTimeFormat(this.language, style.parsedOptions);
    } catch (error) {
      throw new TemplateError(`{${element.value}} uses a ${family} style that does not exist`, { cause: error });
    }
  }

  private place(name: string, kind: VariableKind): void {
    this.add(name, kind);
    if (!this.html) return;
    const [, tag] = /<([^<>]*)$/.exec(this.before) ?? [];
    if (tag === undefined) return;
    const open = openQuote(tag);
    if (open === null) throw new TemplateError(`{${name}} is inside an HTML tag, but not inside quotes`);
    if (/\b(?:href|src)\s*=\s*$/i.test(open)) this.links.add(name);
  }

  private add(name: string, kind: VariableKind): void {
    const known = this.kinds.get(name);
    const both = new Set([known ?? kind, kind]);
    if (both.size > 1 && both.has('date')) {
      throw new TemplateError(`{${name}} is used as a date and as something else`);
    }
    // A number can also be rendered as text, but a text cannot be used as a number.
    if (known !== 'number') this.kinds.set(name, kind);
  }
}

/**
 * The part of the tag before the quote that is still open at its end. Empty if other text follows that quote, null
 * without an open quote.
 */
function openQuote(tag: string): string | null {
  let quote: string | undefined;
  let start = 0;
  for (let index = 0; index < tag.length; index += 1) {
    const character = tag[index];
    if (quote === undefined && (character === '"' || character === "'")) [quote, start] = [character, index];
    else if (character === quote) quote = undefined;
  }
  if (quote === undefined) return null;
  return tag.slice(start + 1).trim() === '' ? tag.slice(0, start) : '';
}
