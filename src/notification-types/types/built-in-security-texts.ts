interface SecurityTexts {
  readonly newDevice: string;
  readonly newDeviceMessage: string;
  readonly reused: string;
  readonly reusedMessage: string;
  readonly changed: string;
  readonly changedMessage: string;
  readonly other: string;
}

const SECURITY: Readonly<Record<string, SecurityTexts>> = {
  en: {
    newDevice: 'New sign-in to your account',
    newDeviceMessage:
      'Someone signed in to your account from a new device (network address {address}). If it was not you, someone else knows your password.',
    reused: 'A session of your account was ended',
    reusedMessage:
      'A sign-in token was used a second time, so someone else may have a copy of it. The session was ended. Sign in again.',
    changed: 'Your password was changed',
    changedMessage:
      'The password of your account was changed (network address {address}), and other sessions were ended. If it was not you, reset your password now.',
    other: 'Security alert',
  },
  de: {
    newDevice: 'Neue Anmeldung bei Ihrem Konto',
    newDeviceMessage:
      'Jemand hat sich von einem neuen Gerät bei Ihrem Konto angemeldet (Netzwerkadresse {address}). Wenn Sie es nicht waren, kennt jemand anderes Ihr Passwort.',
    reused: 'Eine Sitzung Ihres Kontos wurde beendet',
    reusedMessage:
      'Ein Anmelde-Token wurde ein zweites Mal verwendet. Möglicherweise hat jemand anderes eine Kopie davon. Die Sitzung wurde beendet. Melden Sie sich neu an.',
    changed: 'Ihr Passwort wurde geändert',
    changedMessage:
      'Das Passwort Ihres Kontos wurde geändert (Netzwerkadresse {address}), und andere Sitzungen wurden beendet. Wenn Sie es nicht waren, setzen Sie Ihr Passwort jetzt zurück.',
    other: 'Sicherheitshinweis',
  },
  es: {
    newDevice: 'Nuevo inicio de sesión en su cuenta',
    newDeviceMessage:
      'Alguien ha iniciado sesión en su cuenta desde un dispositivo nuevo (dirección de red {address}). Si no ha sido usted, otra persona conoce su contraseña.',
    reused: 'Se ha cerrado una sesión de su cuenta',
    reusedMessage:
      'Una clave de sesión se ha usado por segunda vez, por lo que otra persona puede tener una copia. La sesión se ha cerrado. Inicie sesión de nuevo.',
    changed: 'Su contraseña ha cambiado',
    changedMessage:
      'La contraseña de su cuenta ha cambiado (dirección de red {address}) y se han cerrado las demás sesiones. Si no ha sido usted, restablezca su contraseña ahora.',
    other: 'Aviso de seguridad',
  },
  fr: {
    newDevice: 'Nouvelle connexion à votre compte',
    newDeviceMessage:
      'Quelqu’un s’est connecté à votre compte depuis un nouvel appareil (adresse réseau {address}). Si ce n’était pas vous, une autre personne connaît votre mot de passe.',
    reused: 'Une session de votre compte a été fermée',
    reusedMessage:
      'Un jeton de connexion a été utilisé une seconde fois : une autre personne en a peut-être une copie. La session a été fermée. Reconnectez-vous.',
    changed: 'Votre mot de passe a été modifié',
    changedMessage:
      'Le mot de passe de votre compte a été modifié (adresse réseau {address}) et les autres sessions ont été fermées. Si ce n’était pas vous, réinitialisez votre mot de passe maintenant.',
    other: 'Alerte de sécurité',
  },
};

/** Variables of `data`: `event` (`SecurityEvent`) and `address` (may be null). */
function textsOf(texts: SecurityTexts) {
  const { newDevice, newDeviceMessage, reused, reusedMessage, changed, changedMessage, other } = texts;
  const title = `new_device {${newDevice}} refresh_token_reused {${reused}} password_changed {${changed}} other {${other}}`;
  const message = `new_device {${newDeviceMessage}} refresh_token_reused {${reusedMessage}} password_changed {${changedMessage}} other {${other}}`;
  return { title: `{event, select, ${title}}`, message: `{event, select, ${message}}` };
}

/** By language, in the format of a settings file. */
export const SECURITY_TEXTS: Readonly<Record<string, unknown>> = Object.fromEntries(
  Object.entries(SECURITY).map(([language, texts]) => [language, textsOf(texts)]),
);
