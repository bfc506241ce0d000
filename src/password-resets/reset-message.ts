import { offeredLanguage } from '../locale/language.js';
import { emailHtml } from '../notification-types/texts/email-html.js';
import type { OutgoingMessage } from '../providers/provider/delivery-provider.js';

/** The texts contain nothing that a user wrote, so that nobody can send text to the address of another person. */
interface ResetTexts {
  readonly subject: string;
  /** Followed by the link. */
  readonly link: string;
  readonly footer: string;
}

const ENGLISH: ResetTexts = {
  subject: 'Reset your password',
  link: 'Open this link to choose a new password. It works once, within an hour:',
  footer: 'If you did not request this, ignore this message. Your password stays as it is.',
};

const TEXTS: ReadonlyMap<string, ResetTexts> = new Map([
  ['en', ENGLISH],
  [
    'de',
    {
      subject: 'Passwort zurücksetzen',
      link: 'Öffnen Sie diesen Link, um ein neues Passwort zu wählen. Er gilt einmal und eine Stunde lang:',
      footer: 'Wenn Sie das nicht angefordert haben, ignorieren Sie diese Nachricht. Ihr Passwort bleibt unverändert.',
    },
  ],
  [
    'es',
    {
      subject: 'Restablezca su contraseña',
      link: 'Abra este enlace para elegir una contraseña nueva. Sirve una vez, durante una hora:',
      footer: 'Si no lo ha solicitado, ignore este mensaje. Su contraseña no cambia.',
    },
  ],
  [
    'fr',
    {
      subject: 'Réinitialisez votre mot de passe',
      link: 'Ouvrez ce lien pour choisir un nouveau mot de passe. Il fonctionne une fois, pendant une heure :',
      footer: 'Si vous n’avez rien demandé, ignorez ce message. Votre mot de passe reste inchangé.',
    },
  ],
]);

interface ResetMessage {
  readonly id: string;
  readonly url: string;
  /** BCP 47; null: the user has not chosen a language. */
  readonly language: string | null;
  readonly defaultLanguage: string;
}

/** The e-mail with a link that sets a new password. */
export function resetMessage({ id, url, language, defaultLanguage }: ResetMessage): OutgoingMessage {
  const offered = offeredLanguage(TEXTS, language, defaultLanguage);
  const { subject, link, footer } = TEXTS.get(offered) ?? ENGLISH;
  const text = [`${link} ${url}`, footer].join('\n\n');
  return {
    notificationId: id,
    notificationType: 'reset_password',
    data: {},
    urgent: true,
    unsubscribeUrl: null,
    title: subject,
    text: `${text}\n`,
    html: emailHtml({ title: subject, text, body: null, language: offered }),
  };
}
