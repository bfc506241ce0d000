import { must } from '../support/clients/rest.js';
import type { Actor } from './cases/cases.js';
import type { FuzzService } from './fuzz-service.js';
import type { References } from './cases/references.js';

interface Made {
  readonly id: string;
}

/** Creates the users, and one thing of each kind for the requests. */
export async function prepare(service: FuzzService, references: References): Promise<void> {
  const ask = async (actor: Actor, line: string, body?: unknown): Promise<Made> => {
    const token = service.token(actor) ?? '';
    const answer = await must<Made>(service.url, line, { token, ...(body !== undefined && { body }) });
    references.harvest(line.split(' ')[1] ?? '', answer);
    return answer;
  };
  for (const actor of ['customer', 'partner', 'admin'] as const) await ask(actor, 'GET /api/auth/me/');
  const partner = await ask('partner', 'GET /api/partners/me/');
  const items = [{ name: 'Tea', quantity: 1, unit_price: 2.5 }];
  const places = { pickup_address: 'A Street 1', delivery_address: 'B Street 2', items };
  for (let n = 0; n < 4; n += 1) {
    const order = await ask('customer', 'POST /api/orders/', places);
    await ask('admin', `POST /api/orders/${order.id}/assign/`, { partner_id: partner.id });
    references.harvest('/api/orders/', order);
    references.harvest('/api/orders/{id}/share/', await ask('customer', `POST /api/orders/${order.id}/share/`, {}));
    references.harvest(
      '/api/orders/{id}/messages/',
      await ask('customer', `POST /api/orders/${order.id}/messages/`, { text: 'Hello' }),
    );
  }
  const text = { notification_type: 'news', title: 'News', message: 'Something happened' };
  for (const user_id of ['fuzz-customer', 'fuzz-partner'])
    await ask('admin', 'POST /api/notifications/', { ...text, user_id });
}
