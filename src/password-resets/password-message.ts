import { localizedTexts } from '../locale/localized-texts.js';
import { emailHtml } from '../notification-types/texts/email-html.js';
import type { OutgoingMessage } from '../providers/provider/delivery-provider.js';

/** `reset`: the user has forgotten the password. `invitation`: somebody else has created the account. */
export type PasswordMessageKind = 'reset' | 'invitation';

/** The texts contain nothing that a user wrote, so that nobody can send text to the address of another person. */
interface Texts {
  readonly subject: string;
  /** Followed by the link. */
  readonly link: string;
  readonly footer: string;
}

type TextsOfKinds = Readonly<Record<PasswordMessageKind, Texts>>;

const ENGLISH: TextsOfKinds = {
  reset: {
    subject: 'Reset your password',
    link: 'Open this link to choose a new password. It works once, within an hour:',
    footer: 'If you did not request this, ignore this message. Your password stays as it is.',
  },
  invitation: {
    subject: 'Set up your account',
    link: 'An account was created for this e-mail address. Open this link to choose a password. It works once, within 7 days:',
    footer: 'If you do not want this account, ignore this message.',
  },
};

const TEXTS: ReadonlyMap<string, TextsOfKinds> = new Map([
  ['en', ENGLISH],
  [
    'de',
    {
      reset: {
        subject: 'Passwort zurücksetzen',
        link: 'Öffnen Sie diesen Link, um ein neues Passwort zu wählen. Er gilt einmal und eine Stunde lang:',
        footer:
          'Wenn Sie das nicht angefordert haben, ignorieren Sie diese Nachricht. Ihr Passwort bleibt unverändert.',
      },
      invitation: {
        subject: 'Richten Sie Ihr Konto ein',
        link: 'Für diese E-Mail-Adresse wurde ein Konto angelegt. Öffnen Sie diesen Link, um ein Passwort zu wählen. Er gilt einmal und 7 Tage lang:',
        footer: 'Wenn Sie dieses Konto nicht möchten, ignorieren Sie diese Nachricht.',
      },
    },
  ],
  [
    'es',
    {
      reset: {
        subject: 'Restablezca su contraseña',
        link: 'Abra este enlace para elegir una contraseña nueva. Sirve una vez, durante una hora:',
        footer: 'Si no lo ha solicitado, ignore este mensaje. Su contraseña no cambia.',
      },
      invitation: {
        subject: 'Configure su cuenta',
        link: 'Se ha creado una cuenta para esta dirección de correo. Abra este enlace para elegir una contraseña. Sirve una vez, durante 7 días:',
        footer: 'Si no desea esta cuenta, ignore este mensaje.',
      },
    },
  ],
  [
    'fr',
    {
      reset: {
        subject: 'Réinitialisez votre mot de passe',
        link: 'Ouvrez ce lien pour choisir un nouveau mot de passe. Il fonctionne une fois, pendant une heure :',
        footer: 'Si vous n’avez rien demandé, ignorez ce message. Votre mot de passe reste inchangé.',
      },
      invitation: {
        subject: 'Configurez votre compte',
        link: 'Un compte a été créé pour cette adresse e-mail. Ouvrez ce lien pour choisir un mot de passe. Il fonctionne une fois, pendant 7 jours :',
        footer: 'Si vous ne voulez pas de ce compte, ignorez ce message.',
      },
    },
  ],
]);

interface PasswordMessage {
  readonly kind: PasswordMessageKind;
  readonly id: string;
  readonly url: string;
  /** BCP 47; null: the user has not chosen a language. */
  readonly language: string | null;
  readonly defaultLanguage: string;
}

/** The e-mail with a link that sets a password. */
export function passwordMessage({ kind, id, url, language, defaultLanguage }: PasswordMessage): OutgoingMessage {
  const { [kind]: texts, language: offered } = localizedTexts(TEXTS, ENGLISH, language, defaultLanguage);
  const { subject, link, footer } = texts;
  const text = [`${link} ${url}`, footer].join('\n\n');
  return {
    notificationId: id,
    notificationType: kind === 'reset' ? 'reset_password' : 'invitation',
    data: {},
    urgent: true,
    unsubscribeUrl: null,
    title: subject,
    text: `${text}\n`,
    html: emailHtml({ title: subject, text, body: null, language: offered }),
  };
}
