/** The texts of order notifications in one language. */
interface OrderTexts {
  /** Titles by `event`. Titles for a changed status follow below. */
  readonly assigned: string;
  readonly unassigned: string;
  readonly removed: string;
  readonly handed_back: string;
  readonly offers_ended: string;
  /** Title of an offer. */
  readonly offered: string;
  readonly nearby: string;
  readonly arrived: string;
  /** Titles by `status`. */
  readonly confirmed: string;
  readonly picked_up: string;
  readonly in_progress: string;
  readonly ready: string;
  readonly out_for_delivery: string;
  readonly completed: string;
  readonly cancelled: string;
  readonly other: string;
  readonly route: string;
  /** `{address}` is the address of the place. */
  readonly nearbyText: string;
  readonly arrivedText: string;
  /** Follows the route if the change has a reason. */
  readonly reason: string;
  /** Titles of chat notifications, by sender. */
  readonly fromPartner: string;
  readonly fromCustomer: string;
  /** Titles of missed calls, by caller, and their text. */
  readonly missedPartner: string;
  readonly missedCustomer: string;
  readonly missedText: string;
}

const ORDERS: Readonly<Record<string, OrderTexts>> = {
  en: {
    assigned: 'New order',
    unassigned: 'Order assigned to another partner',
    removed: 'Order no longer assigned to you',
    handed_back: 'Order handed back by its partner',
    offers_ended: 'No partner has accepted the order',
    offered: 'Order offered to you',
    nearby: 'Your partner is nearby',
    arrived: 'Your partner has arrived',
    confirmed: 'Order confirmed',
    picked_up: 'Order picked up',
    in_progress: 'Order in progress',
    ready: 'Order ready',
    out_for_delivery: 'Order out for delivery',
    completed: 'Order completed',
    cancelled: 'Order cancelled',
    other: 'Order updated',
    route: 'Order from {pickup_address} to {delivery_address}.',
    nearbyText: 'Arriving soon at {address}.',
    arrivedText: 'At {address}.',
    reason: 'Reason: {reason}',
    fromPartner: '{count, plural, one {Message from your partner} other {# messages from your partner}}',
    fromCustomer: '{count, plural, one {Message from the customer} other {# messages from the customer}}',
    missedPartner: '{count, plural, one {Missed call from your partner} other {# missed calls from your partner}}',
    missedCustomer: '{count, plural, one {Missed call from the customer} other {# missed calls from the customer}}',
    missedText: 'Last call: {called_at, date, medium}, {called_at, time, short}',
  },
  de: {
    assigned: 'Neuer Auftrag',
    unassigned: 'Auftrag an einen anderen Partner vergeben',
    removed: 'Auftrag nicht mehr an Sie vergeben',
    handed_back: 'Auftrag vom Partner zurückgegeben',
    offers_ended: 'Kein Partner hat den Auftrag angenommen',
    offered: 'Auftrag für Sie',
    nearby: 'Ihr Partner ist in der Nähe',
    arrived: 'Ihr Partner ist da',
    confirmed: 'Auftrag bestätigt',
    picked_up: 'Auftrag abgeholt',
    in_progress: 'Auftrag in Bearbeitung',
    ready: 'Auftrag bereit',
    out_for_delivery: 'Auftrag wird ausgeliefert',
    completed: 'Auftrag abgeschlossen',
    cancelled: 'Auftrag storniert',
    other: 'Auftrag geändert',
    route: 'Auftrag von {pickup_address} nach {delivery_address}.',
    nearbyText: 'Ankunft in Kürze: {address}.',
    arrivedText: 'Angekommen: {address}.',
    reason: 'Grund: {reason}',
    fromPartner: '{count, plural, one {Nachricht von Ihrem Partner} other {# Nachrichten von Ihrem Partner}}',
    fromCustomer: '{count, plural, one {Nachricht vom Kunden} other {# Nachrichten vom Kunden}}',
    missedPartner: '{count, plural, one {Verpasster Anruf Ihres Partners} other {# verpasste Anrufe Ihres Partners}}',
    missedCustomer: '{count, plural, one {Verpasster Anruf des Kunden} other {# verpasste Anrufe des Kunden}}',
    missedText: 'Letzter Anruf: {called_at, date, medium}, {called_at, time, short}',
  },
  es: {
    assigned: 'Pedido nuevo',
    unassigned: 'Pedido asignado a otro repartidor',
    removed: 'Pedido ya no asignado a usted',
    handed_back: 'Pedido devuelto por el repartidor',
    offers_ended: 'Ningún repartidor ha aceptado el pedido',
    offered: 'Pedido ofrecido a usted',
    nearby: 'Su repartidor está cerca',
    arrived: 'Su repartidor ha llegado',
    confirmed: 'Pedido confirmado',
    picked_up: 'Pedido recogido',
    in_progress: 'Pedido en curso',
    ready: 'Pedido listo',
    out_for_delivery: 'Pedido en reparto',
    completed: 'Pedido completado',
    cancelled: 'Pedido cancelado',
    other: 'Pedido actualizado',
    route: 'Pedido de {pickup_address} a {delivery_address}.',
    nearbyText: 'Llegada en breve: {address}.',
    arrivedText: 'Ha llegado: {address}.',
    reason: 'Motivo: {reason}',
    fromPartner: '{count, plural, one {Mensaje de su repartidor} other {# mensajes de su repartidor}}',
    fromCustomer: '{count, plural, one {Mensaje del cliente} other {# mensajes del cliente}}',
    missedPartner:
      '{count, plural, one {Llamada perdida de su repartidor} other {# llamadas perdidas de su repartidor}}',
    missedCustomer: '{count, plural, one {Llamada perdida del cliente} other {# llamadas perdidas del cliente}}',
    missedText: 'Última llamada: {called_at, date, medium}, {called_at, time, short}',
  },
  fr: {
    assigned: 'Nouvelle commande',
    unassigned: 'Commande confiée à un autre livreur',
    removed: 'Commande retirée de vos livraisons',
    handed_back: 'Commande rendue par le livreur',
    offers_ended: 'Aucun livreur n’a accepté la commande',
    offered: 'Commande proposée',
    nearby: 'Votre livreur est à proximité',
    arrived: 'Votre livreur est arrivé',
    confirmed: 'Commande confirmée',
    picked_up: 'Commande récupérée',
    in_progress: 'Commande en cours',
    ready: 'Commande prête',
    out_for_delivery: 'Commande en livraison',
    completed: 'Commande terminée',
    cancelled: 'Commande annulée',
    other: 'Commande modifiée',
    route: 'Commande de {pickup_address} à {delivery_address}.',
    nearbyText: 'Arrivée imminente : {address}.',
    arrivedText: 'Arrivé : {address}.',
    reason: 'Motif : {reason}',
    fromPartner: '{count, plural, one {Message de votre livreur} other {# messages de votre livreur}}',
    fromCustomer: '{count, plural, one {Message du client} other {# messages du client}}',
    missedPartner: '{count, plural, one {Appel manqué de votre livreur} other {# appels manqués de votre livreur}}',
    missedCustomer: '{count, plural, one {Appel manqué du client} other {# appels manqués du client}}',
    missedText: 'Dernier appel : {called_at, date, medium}, {called_at, time, short}',
  },
};

const STATUSES = [
  ...(['confirmed', 'picked_up', 'in_progress', 'ready'] as const),
  ...(['out_for_delivery', 'completed', 'cancelled', 'other'] as const),
];
const EVENTS = [
  ...(['assigned', 'unassigned', 'removed', 'handed_back'] as const),
  ...(['offers_ended', 'nearby', 'arrived'] as const),
];
const ADDRESS = '{place, select, pickup {{pickup_address}} other {{delivery_address}}}';

/**
 * Variables of `data`: `event`, `status`, `place` (may be null), `pickup_address` and `delivery_address`; with a
 * reason, `has_reason` (`yes`) and `reason`.
 */
function updateTexts(texts: OrderTexts) {
  const byStatus = STATUSES.map((status) => `${status} {${texts[status]}}`).join(' ');
  const byEvent = EVENTS.map((event) => `${event} {${texts[event]}}`);
  const route = `${texts.route}{has_reason, select, yes { ${texts.reason}} other {}}`;
  const at = (text: string): string => text.replace('{address}', ADDRESS);
  return {
    title: `{event, select, ${byEvent.join(' ')} edited {${texts.other}} other {{status, select, ${byStatus}}}}`,
    message: `{event, select, nearby {${at(texts.nearbyText)}} arrived {${at(texts.arrivedText)}} other {${route}}}`,
  };
}

/** Variables of `data`: `sender` (`customer` or `partner`), `count` and `text`. */
function chatTexts({ fromPartner, fromCustomer }: OrderTexts) {
  return { title: `{sender, select, partner {${fromPartner}} other {${fromCustomer}}}`, message: '{text}' };
}

/** Variables of `data`: `pickup_address` and `delivery_address`. */
function offerTexts({ offered, route }: OrderTexts) {
  return { title: offered, message: route };
}

/** Variables of `data`: `caller` (`customer` or `partner`), `count` and `called_at`. */
function callTexts({ missedPartner, missedCustomer, missedText }: OrderTexts) {
  return { title: `{caller, select, partner {${missedPartner}} other {${missedCustomer}}}`, message: missedText };
}

function inAllLanguages(texts: (of: OrderTexts) => object): unknown {
  return Object.fromEntries(Object.entries(ORDERS).map(([language, of]) => [language, texts(of)]));
}

/** Variables that `data` of an order_update may omit. */
export const ORDER_UPDATE_DEFAULTS = { has_reason: 'no', reason: '' };

/** By type, in the format of a settings file. */
export const ORDER_TEXTS: Readonly<Record<string, unknown>> = {
  order_update: inAllLanguages(updateTexts),
  order_offer: inAllLanguages(offerTexts),
  chat_message: inAllLanguages(chatTexts),
  missed_call: inAllLanguages(callTexts),
};
