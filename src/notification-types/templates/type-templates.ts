import { languageChain } from '../../locale/language.js';
import type { MessageTemplate } from './message-template.js';

/**
 * What a type may say in each language. `title` and `message` stand in where a request leaves them out; the others say how a
 * channel puts them, and are taken from the type `general` where a type has none.
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

/** The second over the first, part by part. */
export function mergedTemplates(first: TypeTemplates, second: TypeTemplates): TypeTemplates {
  const merged = new Map(first);
  for (const [language, parts] of second) {
    merged.set(language, new Map([...(first.get(language) ?? []), ...parts]));
  }
  return merged;
}

/**
 * The part in the reader's language or a shorter form of its tag (`de` for `de-AT`), in the default language, or in any; null
 * when there is none.
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

/** Those in the reader's language alone, where there are any: parts that lack there are better not in another one. */
export function inLanguageOf(templates: TypeTemplates, language: string): TypeTemplates {
  const spoken = languageChain(language).filter((tag) => templates.has(tag));
  return spoken.length === 0 ? templates : new Map([...templates].filter(([tag]) => spoken.includes(tag)));
}
