import { localizedTexts } from '../../locale/localized-texts.js';
import type { Localized } from '../../locale/localized-texts.js';
import type { ProviderChannel } from '../../providers/provider/delivery-provider.js';

/** `{types}` and `{channel}` are replaced. */
interface UnsubscribeTexts {
  readonly title: string;
  readonly question: string;
  readonly button: string;
  readonly done: string;
  readonly channels: Readonly<Record<ProviderChannel, string>>;
}

const ENGLISH: UnsubscribeTexts = {
  title: 'Unsubscribe',
  question: 'Unsubscribe from messages of type {types} by {channel}?',
  button: 'Unsubscribe',
  done: 'Done: you will get no more messages of type {types} by {channel}. You can turn them on again in your preferences.',
  channels: { email: 'e-mail', sms: 'SMS', push: 'push notification' },
};

const TEXTS: ReadonlyMap<string, UnsubscribeTexts> = new Map([
  ['en', ENGLISH],
  [
    'de',
    {
      title: 'Abbestellen',
      question: 'Keine Nachrichten der Art {types} per {channel} mehr?',
      button: 'Abbestellen',
      done: 'Fertig: keine Nachrichten der Art {types} per {channel} mehr. In Ihren Einstellungen können Sie sie wieder einschalten.',
      channels: { email: 'E-Mail', sms: 'SMS', push: 'Push-Mitteilung' },
    },
  ],
  [
    'es',
    {
      title: 'Cancelar la suscripción',
      question: '¿No recibir más mensajes del tipo {types} por {channel}?',
      button: 'Cancelar la suscripción',
      done: 'Hecho: no recibirá más mensajes del tipo {types} por {channel}. Puede volver a activarlos en sus preferencias.',
      channels: { email: 'correo', sms: 'SMS', push: 'notificación push' },
    },
  ],
  [
    'fr',
    {
      title: 'Se désabonner',
      question: 'Ne plus recevoir de messages du genre {types} par {channel} ?',
      button: 'Se désabonner',
      done: 'C’est fait : plus de messages du genre {types} par {channel}. Vous pouvez les réactiver dans vos préférences.',
      channels: { email: 'e-mail', sms: 'SMS', push: 'notification push' },
    },
  ],
]);

/** The texts in the reader's language, else in the default language, else in English. `language`: the language found. */
export function unsubscribeTexts(language: string | null, defaultLanguage: string): Localized<UnsubscribeTexts> {
  return localizedTexts(TEXTS, ENGLISH, language, defaultLanguage);
}
