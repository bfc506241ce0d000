import { describe, expect, it } from '@jest/globals';
import { displayStatus, statusLanguage } from './order-status-texts.js';
import { ORDER_STATUSES } from './order-status.js';

describe('the texts of a status', () => {
  it.each([
    ['de', 'en', 'Wird ausgeliefert'],
    ['es-MX', 'en', 'En reparto'],
    ['fr-CH', 'de', 'En livraison'],
    ['ja', 'de-AT', 'Wird ausgeliefert'],
    [null, 'es', 'En reparto'],
    [null, 'ja', 'Out for delivery'],
  ])('in the language %s with the default %s: %s', (language, defaultLanguage, text) => {
    expect(displayStatus('out_for_delivery', statusLanguage(language, defaultLanguage))).toBe(text);
  });

  it.each(['en', 'de', 'es', 'fr'])('differ from each other in %s', (language) => {
    expect(new Set(ORDER_STATUSES.map((status) => displayStatus(status, language))).size).toBe(ORDER_STATUSES.length);
  });
});
