import { localizedTexts } from '../../locale/localized-texts.js';
import type { Localized } from '../../locale/localized-texts.js';

/** The texts of the page that sets a password. */
interface PasswordTexts {
  readonly title: string;
  /** Followed by the e-mail address. */
  readonly question: string;
  readonly label: string;
  readonly button: string;
  readonly weak: string;
  readonly done: string;
}

const ENGLISH: PasswordTexts = {
  title: 'Set your password',
  question: 'Choose a password for',
  label: 'New password',
  button: 'Save the password',
  weak: 'This password is too easy to guess. Use at least 8 characters; three or more unrelated words make a good password.',
  done: 'Done: the password is set. You can sign in with it now.',
};

const TEXTS: ReadonlyMap<string, PasswordTexts> = new Map([
  ['en', ENGLISH],
  [
    'de',
    {
      title: 'Passwort festlegen',
      question: 'Wählen Sie ein Passwort für',
      label: 'Neues Passwort',
      button: 'Passwort speichern',
      weak: 'Dieses Passwort ist zu leicht zu erraten. Verwenden Sie mindestens 8 Zeichen; drei oder mehr Wörter ohne Zusammenhang sind ein gutes Passwort.',
      done: 'Fertig: Das Passwort ist festgelegt. Sie können sich jetzt damit anmelden.',
    },
  ],
  [
    'es',
    {
      title: 'Establecer la contraseña',
      question: 'Elija una contraseña para',
      label: 'Nueva contraseña',
      button: 'Guardar la contraseña',
      weak: 'Esta contraseña es demasiado fácil de adivinar. Use al menos 8 caracteres; tres o más palabras sin relación forman una buena contraseña.',
      done: 'Hecho: la contraseña está establecida. Ya puede iniciar sesión con ella.',
    },
  ],
  [
    'fr',
    {
      title: 'Définir le mot de passe',
      question: 'Choisissez un mot de passe pour',
      label: 'Nouveau mot de passe',
      button: 'Enregistrer le mot de passe',
      weak: 'Ce mot de passe est trop facile à deviner. Utilisez au moins 8 caractères ; trois mots ou plus sans lien forment un bon mot de passe.',
      done: 'C’est fait : le mot de passe est défini. Vous pouvez maintenant vous connecter.',
    },
  ],
]);

export type LocalizedPasswordTexts = Localized<PasswordTexts>;

/** The texts in the user's language, else in the default language, else in English. */
export function passwordTexts(language: string | null, defaultLanguage: string): LocalizedPasswordTexts {
  return localizedTexts(TEXTS, ENGLISH, language, defaultLanguage);
}
