import { localizedTexts } from '../../locale/localized-texts.js';
import type { Localized } from '../../locale/localized-texts.js';

/**
 * `{code}`, `{link}` and `{site}` are replaced. The texts contain nothing that a user wrote, so that a person who registers with
 * the address of another person cannot send them text.
 */
interface ConfirmationTexts {
  readonly subject: string;
  readonly code: string;
  readonly link: string;
  readonly footer: string;
  readonly sms: string;
  readonly question: string;
  readonly button: string;
  readonly done: string;
}

const ENGLISH: ConfirmationTexts = {
  subject: 'Confirm your e-mail address',
  code: 'Your confirmation code for {site} is {code}.',
  link: 'Or open this link and press the button:',
  footer: 'If you did not request this, ignore this message. You will not receive any more.',
  sms: '{code} is your confirmation code for {site}.',
  question: 'Confirm this e-mail address?',
  button: 'Confirm',
  done: 'Done: the e-mail address is confirmed.',
};

const TEXTS: ReadonlyMap<string, ConfirmationTexts> = new Map([
  ['en', ENGLISH],
  [
    'de',
    {
      subject: 'Bestätigen Sie Ihre E-Mail-Adresse',
      code: 'Ihr Bestätigungscode für {site} ist {code}.',
      link: 'Oder öffnen Sie diesen Link und drücken Sie die Schaltfläche:',
      footer: 'Wenn Sie das nicht angefordert haben, ignorieren Sie diese Nachricht. Sie erhalten keine weiteren.',
      sms: '{code} ist Ihr Bestätigungscode für {site}.',
      question: 'Diese E-Mail-Adresse bestätigen?',
      button: 'Bestätigen',
      done: 'Fertig: Die E-Mail-Adresse ist bestätigt.',
    },
  ],
  [
    'es',
    {
      subject: 'Confirme su dirección de correo',
      code: 'Su código de confirmación para {site} es {code}.',
      link: 'O abra este enlace y pulse el botón:',
      footer: 'Si no lo ha solicitado, ignore este mensaje. No recibirá más.',
      sms: '{code} es su código de confirmación para {site}.',
      question: '¿Confirmar esta dirección de correo?',
      button: 'Confirmar',
      done: 'Hecho: la dirección de correo está confirmada.',
    },
  ],
  [
    'fr',
    {
      subject: 'Confirmez votre adresse e-mail',
      code: 'Votre code de confirmation pour {site} est {code}.',
      link: 'Ou ouvrez ce lien et appuyez sur le bouton :',
      footer: 'Si vous n’avez rien demandé, ignorez ce message. Vous n’en recevrez pas d’autres.',
      sms: '{code} est votre code de confirmation pour {site}.',
      question: 'Confirmer cette adresse e-mail ?',
      button: 'Confirmer',
      done: 'C’est fait : l’adresse e-mail est confirmée.',
    },
  ],
]);

export type LocalizedTexts = Localized<ConfirmationTexts>;

/** The texts in the user's language, else in the default language, else in English. */
export function confirmationTexts(language: string | null, defaultLanguage: string): LocalizedTexts {
  return localizedTexts(TEXTS, ENGLISH, language, defaultLanguage);
}
