interface GeneralTexts {
  readonly greeting: string;
  readonly anonymous: string;
  readonly farewell: string;
}

const GENERAL: Readonly<Record<string, GeneralTexts>> = {
  en: {
    greeting: 'Hello {user_name},',
    anonymous: 'Hello,',
    farewell: 'No more e-mails of this kind:',
  },
  de: {
    greeting: 'Guten Tag {user_name},',
    anonymous: 'Guten Tag,',
    farewell: 'Keine E-Mails dieser Art mehr:',
  },
  es: {
    greeting: 'Hola, {user_name}:',
    anonymous: 'Hola:',
    farewell: 'No recibir más correos de este tipo:',
  },
  fr: {
    greeting: 'Bonjour {user_name},',
    anonymous: 'Bonjour,',
    farewell: 'Ne plus recevoir d’e-mails de ce genre :',
  },
};

/** How each channel puts a title and a message, whatever the type. */
function generalTexts({ greeting, anonymous, farewell }: GeneralTexts) {
  return {
    email: {
      subject: '{title}',
      text:
        `{has_user_name, select, yes {${greeting}} other {${anonymous}}}\n\n{message}\n` +
        `{has_unsubscribe_url, select, yes {\n--\n${farewell} {unsubscribe_url}\n} other {}}`,
    },
    sms: { text: '{title}: {message}' },
    push: { title: '{title}', text: '{message}' },
  };
}

/** As a settings file would have them: type, language, part. */
export const BUILT_IN_TEXTS: Readonly<Record<string, unknown>> = {
  general: Object.fromEntries(Object.entries(GENERAL).map(([language, texts]) => [language, generalTexts(texts)])),
};
