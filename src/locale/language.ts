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
