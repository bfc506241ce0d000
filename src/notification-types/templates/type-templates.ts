import { languageChain } from '../../locale/language.js';
import type { MessageTemplate } from './message-template.js';

/**
 * The parts of a type's templates in each language. `title` and `message` are used if a request leaves them out. The
 * other parts define how a channel renders the notification. If a type lacks them, those of the type `general` are
 * used.
 */
export const TEMPLATE_PARTS = [
  'title',
  'message',
  'email.subject',
  'email.text',
  'email.html',
  'sms.text',
  'push.title',
  'push.text',
] as const;
export type TemplatePart = (typeof TEMPLATE_PARTS)[number];

export type LanguageTemplates = ReadonlyMap<TemplatePart, MessageTemplate>;

/** The templates of a type by language tag. */
export type TypeTemplates = ReadonlyMap<string, LanguageTemplates>;

/** Merges the templates. Parts of the second replace the same parts of the first. */
export function mergedTemplates(first: TypeTemplates, second: TypeTemplates): TypeTemplates {
  const merged = new Map(first);
  for (const [language, parts] of second) {
    merged.set(language, new Map([...(first.get(language) ?? []), ...parts]));
  }
  return merged;
}

/**
 * Finds the part in the reader's language or a shorter form of its tag (`de` for `de-AT`), else in the default
 * language, else in any language. Returns null if there is none.
 */
export function findTemplate(
  templates: TypeTemplates,
  part: TemplatePart,
  language: string,
  defaultLanguage: string,
): MessageTemplate | null {
  for (const tag of [...languageChain(language), ...languageChain(defaultLanguage), ...templates.keys()]) {
    const template = templates.get(tag)?.get(part);
    if (template) return template;
  }
  return null;
}

/**
 * Only the templates in the reader's language, if there are any. Parts missing there are then not taken from other
 * languages.
 */
export function inLanguageOf(templates: TypeTemplates, language: string): TypeTemplates {
  const spoken = languageChain(language).filter((tag) => templates.has(tag));
  return spoken.length === 0 ? templates : new Map([...templates].filter(([tag]) => spoken.includes(tag)));
}
