import { offeredLanguage } from './language.js';

/** Texts, and the language (BCP 47) that they are in. */
export type Localized<Texts> = Texts & { readonly language: string };

/** The texts in the reader's language, else in the default language, else `english`. `language`: null if the reader has not chosen one. */
export function localizedTexts<Texts extends object>(
  byLanguage: ReadonlyMap<string, Texts>,
  english: Texts,
  language: string | null,
  defaultLanguage: string,
): Localized<Texts> {
  const offered = offeredLanguage(byLanguage, language, defaultLanguage);
  return { ...(byLanguage.get(offered) ?? english), language: offered };
}
