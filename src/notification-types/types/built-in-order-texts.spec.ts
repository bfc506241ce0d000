import { describe, expect, it } from '@jest/globals';
import { builtInTypes } from './built-in-types.js';
import { NotificationTexts } from '../texts/notification-texts.js';
import { NotificationTypes } from './notification-types.js';
import { readTypes } from './type-reader.js';

describe('the texts of an order', () => {
  const data = {
    order_id: '1',
    status: 'out_for_delivery',
    event: 'status_changed',
    place: null,
    pickup_address: '1 Main Street',
    delivery_address: '2 Side Street',
  };
  const worded = (language: string, more: object = {}, file: unknown = { types: {} }) => {
    const types = new NotificationTypes(readTypes(file, builtInTypes(), []), true, builtInTypes());
    const reader = { language, timeZone: 'Europe/Berlin', name: 'Ada' };
    return new NotificationTexts(types, 'en').wording(types.get('order_update'), {}, { ...data, ...more }, reader);
  };

  it.each([
    ['en', 'Order out for delivery', 'Order from 1 Main Street to 2 Side Street.'],
    ['de-AT', 'Auftrag wird ausgeliefert', 'Auftrag von 1 Main Street nach 2 Side Street.'],
    ['es', 'Pedido en reparto', 'Pedido de 1 Main Street a 2 Side Street.'],
    ['fr', 'Commande en livraison', 'Commande de 1 Main Street à 2 Side Street.'],
    ['ja', 'Order out for delivery', 'Order from 1 Main Street to 2 Side Street.'],
  ])('exist in %s', (language, title, message) => {
    expect(worded(language)).toEqual({ title, message });
  });

  it.each([
    ['assigned', null, 'Neuer Auftrag', 'Auftrag von 1 Main Street nach 2 Side Street.'],
    ['unassigned', null, 'Auftrag an einen anderen Partner vergeben', 'Auftrag von 1 Main Street nach 2 Side Street.'],
    ['removed', null, 'Auftrag nicht mehr an Sie vergeben', 'Auftrag von 1 Main Street nach 2 Side Street.'],
    ['handed_back', null, 'Auftrag vom Partner zurückgegeben', 'Auftrag von 1 Main Street nach 2 Side Street.'],
    ['nearby', 'pickup', 'Ihr Partner ist in der Nähe', 'Ankunft in Kürze: 1 Main Street.'],
    ['arrived', 'delivery', 'Ihr Partner ist da', 'Angekommen: 2 Side Street.'],
  ])('describe what happened: %s', (event, place, title, message) => {
    expect(worded('de', { event, place })).toEqual({ title, message });
  });

  it.each([
    ['en', 'Order from 1 Main Street to 2 Side Street. Reason: Ordered twice'],
    ['de', 'Auftrag von 1 Main Street nach 2 Side Street. Grund: Ordered twice'],
  ])('contain the reason of a cancellation in %s', (language, message) => {
    const given = { status: 'cancelled', has_reason: 'yes', reason: 'Ordered twice' };
    expect(worded(language, given)).toMatchObject({ message });
  });

  it('are those of the operator if there are any, and the built-in ones if those of the operator cannot be used', () => {
    const en = { title: 'Laundry: {status}', message: 'For {customer_name}' };
    const file = { types: { order_update: { templates: { en } } } };
    const message = 'Order from 1 Main Street to 2 Side Street.';
    expect(worded('en', {}, file)).toEqual({ title: 'Laundry: out_for_delivery', message });
    expect(worded('de', {}, file).title).toBe('Auftrag wird ausgeliefert');
  });
});
