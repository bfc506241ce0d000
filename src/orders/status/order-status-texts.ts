import { offeredLanguage } from '../../locale/language.js';
import type { OrderStatus } from './order-status.js';

type StatusTexts = Readonly<Record<OrderStatus, string>>;

const ENGLISH: StatusTexts = {
  pending: 'Pending',
  confirmed: 'Confirmed',
  picked_up: 'Picked up',
  in_progress: 'In progress',
  ready: 'Ready',
  out_for_delivery: 'Out for delivery',
  completed: 'Completed',
  cancelled: 'Cancelled',
};

const TEXTS: ReadonlyMap<string, StatusTexts> = new Map([
  ['en', ENGLISH],
  [
    'de',
    {
      pending: 'Offen',
      confirmed: 'Bestätigt',
      picked_up: 'Abgeholt',
      in_progress: 'In Bearbeitung',
      ready: 'Bereit',
      out_for_delivery: 'Wird ausgeliefert',
      completed: 'Abgeschlossen',
      cancelled: 'Storniert',
    },
  ],
  [
    'es',
    {
      pending: 'Pendiente',
      confirmed: 'Confirmado',
      picked_up: 'Recogido',
      in_progress: 'En curso',
      ready: 'Listo',
      out_for_delivery: 'En reparto',
      completed: 'Completado',
      cancelled: 'Cancelado',
    },
  ],
  [
    'fr',
    {
      pending: 'En attente',
      confirmed: 'Confirmée',
      picked_up: 'Récupérée',
      in_progress: 'En cours',
      ready: 'Prête',
      out_for_delivery: 'En livraison',
      completed: 'Terminée',
      cancelled: 'Annulée',
    },
  ],
]);

/** A language (BCP 47) that `status_display` is available in. */
export type StatusLanguage = string;

/**
 * Chooses the language of `status_display`: the reader's language or a shorter form of its tag, else the default, else
 * English.
 */
export function statusLanguage(language: string | null, defaultLanguage: string): StatusLanguage {
  return offeredLanguage(TEXTS, language, defaultLanguage);
}

/** The status as text for people. `language`: a result of `statusLanguage`. */
export function displayStatus(status: OrderStatus, language: StatusLanguage): string {
  return (TEXTS.get(language) ?? ENGLISH)[status];
}
