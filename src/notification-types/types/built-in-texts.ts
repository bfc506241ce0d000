import { ORDER_TEXTS } from './built-in-order-texts.js';
import { SECURITY_TEXTS } from './built-in-security-texts.js';

interface GeneralTexts {
  readonly greeting: string;
  readonly anonymous: string;
  readonly unsubscribe: string;
  /** Subject of a digest of `count` notifications. */
  readonly digest: string;
}

const GENERAL: Readonly<Record<string, GeneralTexts>> = {
  en: {
    greeting: 'Hello {user_name},',
    anonymous: 'Hello,',
    unsubscribe: 'Unsubscribe from e-mails of this kind:',
    digest: '{count, plural, one {# notification} other {# notifications}} for you',
  },
  de: {
    greeting: 'Guten Tag {user_name},',
    anonymous: 'Guten Tag,',
    unsubscribe: 'Keine E-Mails dieser Art mehr:',
    digest: '{count, plural, one {# Nachricht} other {# Nachrichten}} für Sie',
  },
  es: {
    greeting: 'Hola, {user_name}:',
    anonymous: 'Hola:',
    unsubscribe: 'No recibir más correos de este tipo:',
    digest: '{count, plural, one {# notificación} other {# notificaciones}} para usted',
  },
  fr: {
    greeting: 'Bonjour {user_name},',
    anonymous: 'Bonjour,',
    unsubscribe: 'Ne plus recevoir d’e-mails de ce genre :',
    digest: '{count, plural, one {# notification} other {# notifications}} pour vous',
  },
};

function mailText({ greeting, anonymous, unsubscribe: farewell }: GeneralTexts, content: string): string {
  return (
    `{has_user_name, select, yes {${greeting}} other {${anonymous}}}\n\n${content}\n` +
    `{has_unsubscribe_url, select, yes {\n--\n${farewell} {unsubscribe_url}\n} other {}}`
  );
}

/** How each channel renders a title and a message, for all types. */
function generalTexts(texts: GeneralTexts) {
  return {
    email: {
      subject: '{title}',
      text: mailText(texts, '{message}'),
    },
    sms: { text: '{title}: {message}' },
    push: { title: '{title}', text: '{message}' },
  };
}

/** Texts of digests. `message` renders one notification, `items` contains all rendered notifications. */
function digestTexts(texts: GeneralTexts) {
  return {
    message: '{title}\n{created_at, date, medium}, {created_at, time, short}\n{message}',
    email: {
      subject: texts.digest,
      text: mailText(texts, '{items}'),
    },
  };
}

function inAllLanguages(texts: (of: GeneralTexts) => object): unknown {
  return Object.fromEntries(Object.entries(GENERAL).map(([language, of]) => [language, texts(of)]));
}

/** By type, language and part, in the format of a settings file. */
export const BUILT_IN_TEXTS: Readonly<Record<string, unknown>> = {
  general: inAllLanguages(generalTexts),
  digest: inAllLanguages(digestTexts),
  ...ORDER_TEXTS,
  security_alert: SECURITY_TEXTS,
};
