import { ValidateBy } from 'class-validator';

const LONGEST = 35;

/** The tag in its canonical spelling (`de-at` -> `de-AT`); null if the value is not a BCP 47 language tag. */
export function languageTag(value: unknown): string | null {
  if (typeof value !== 'string' || value.length > LONGEST) return null;
  try {
    return Intl.getCanonicalLocales(value)[0] ?? null;
  } catch {
    return null;
  }
}

/** The tag and its shorter forms, the most specific first: `zh-Hant-TW`, `zh-Hant`, `zh`. */
export function languageChain(tag: string): string[] {
  const parts = tag.split('-');
  return parts.map((_, index) => parts.slice(0, parts.length - index).join('-'));
}

/**
 * The language to use out of those `offered`: `language` or a shorter form of its tag, else the default language, else English.
 * `language`: null if the reader has not chosen one.
 */
export function offeredLanguage(
  offered: ReadonlyMap<string, unknown>,
  language: string | null,
  defaultLanguage: string,
): string {
  const tags = [...(language === null ? [] : languageChain(language)), ...languageChain(defaultLanguage)];
  return tags.find((tag) => offered.has(tag)) ?? 'en';
}

/** Whether the language is written from right to left. */
export function isRightToLeft(tag: string): boolean {
  const { script } = new Intl.Locale(tag).maximize();
  return script !== undefined && RIGHT_TO_LEFT_SCRIPTS.has(script);
}

const RIGHT_TO_LEFT_SCRIPTS = new Set(['Adlm', 'Arab', 'Hebr', 'Nkoo', 'Rohg', 'Syrc', 'Thaa']);

/** Validates a BCP 47 language tag, such as `de` or `pt-BR`. */
export function IsLanguage(): PropertyDecorator {
  return ValidateBy({
    name: 'isLanguage',
    validator: {
      validate: (value: unknown) => languageTag(value) !== null,
      defaultMessage: () => '$property must be a language tag (BCP 47) such as de or pt-BR',
    },
  });
}
