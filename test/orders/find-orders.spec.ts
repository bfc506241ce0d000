import { beforeAll, describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Page, Problem } from '../support/clients/ask.js';
import type { Person } from '../support/people.js';
import { admin, ask, carla, paul, rival, setScene, stack, stranger } from '../support/scenes/order-scene.js';
import { assign, moveTo, partnerId, placeOrder } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';

setScene();

type Name = 'pending' | 'assigned' | 'done';
let placed: Record<Name, Order & { readonly created_at: string }>;
let word: string;

beforeAll(async () => {
  // The service is shared with other specs, whose orders an administrator sees too.
  word = `w${Date.now().toString(36)}`;
  const place = async (members: object): Promise<Order & { created_at: string }> => {
    const order = await placeOrder(stack, carla, { notes: word, ...members });
    return { created_at: '', ...order };
  };
  const pending = await place({ pickup_address: `Mill Lane 4, ${word}` });
  const assigned = await place({ items: [{ name: `100% wool ${word}`, quantity: 1, unit_price: 4 }] });
  const done = await place({ delivery_address: `Rose_Street 12, ${word}` });
  await assign(stack, admin, assigned, paul);
  await assign(stack, admin, done, rival);
  await moveTo(stack, rival, done, 'completed');
  placed = { pending, assigned, done };
});

/** The names of the orders of this story that the list contains, in order. */
async function found(person: Person, query: string, path = 'orders'): Promise<Name[]> {
  const { status, body } = await ask<Page<Order>>(`GET /api/${path}/?limit=100&${query}`, person);
  expect({ status, body }).toMatchObject({ status: 200 });
  const names = new Map(Object.entries(placed).map(([name, { id }]) => [id, name as Name]));
  return body.results.flatMap(({ id }) => names.get(id) ?? []);
}

describe('GET orders/', () => {
  it('finds orders by status, one or several', async () => {
    for (const person of [carla, admin]) {
      expect(await found(person, `status=completed&q=${word}`)).toEqual(['done']);
      expect(await found(person, `status=pending,completed&q=${word}`)).toEqual(['done', 'assigned', 'pending']);
      expect(await found(person, `status=cancelled&q=${word}`)).toEqual([]);
    }
  });

  it('finds the orders of a partner, and those without one, for administrators', async () => {
    expect(await found(admin, `partner_id=${await partnerId(stack, paul)}`)).toEqual(['assigned']);
    expect(await found(admin, `partner_id=none&q=${word}`)).toEqual(['pending']);
    expect(await statusCodes(ask, 'GET /api/orders/?partner_id=none', [carla, paul])).toEqual([403, 403]);
  });

  it.each([
    ['mill lane', ['pending']],
    ['Rose_Str', ['done']],
    ['ose%25t', []],
    ['100%25 WOOL', ['assigned']],
    ['quantity', []],
    ['_', ['done']],
  ] as const)('finds orders by a text: %s', async (text, names) => {
    expect(await found(carla, `q=${text}`)).toEqual(names);
  });

  it('finds an order by its id, and only those that the user may see', async () => {
    expect(await found(admin, `q=${placed.assigned.id}`)).toEqual(['assigned']);
    expect(await found(stranger, `q=${word}`)).toEqual([]);
    expect(await found(paul, `q=${word}`)).toEqual(['assigned']);
    expect(await found(rival, `q=${word}&status=completed`, 'partners/me/orders')).toEqual(['done']);
  });

  it('finds orders by the time they were placed', async () => {
    const middle = encodeURIComponent(placed.assigned.created_at);
    for (const person of [carla, admin]) {
      expect(await found(person, `created_after=${middle}&q=${word}`)).toEqual(['done']);
      expect(await found(person, `created_before=${middle}&q=${word}`)).toEqual(['pending']);
      expect(await found(person, `created_before=0001-01-01T00:00:00Z&q=${word}`)).toEqual([]);
    }
  });

  it('lists the oldest first, page by page', async () => {
    expect(await found(admin, `sort=created_at&q=${word}`)).toEqual(['pending', 'assigned', 'done']);
    const line = `GET /api/orders/?limit=2&sort=created_at&q=${word}`;
    const first = (await ask<Page<Order>>(line, carla)).body;
    expect(first.results.map(({ id }) => id)).toEqual([placed.pending.id, placed.assigned.id]);
    const next = (await ask<Page<Order>>(`${line}&cursor=${first.next_cursor ?? ''}`, carla)).body;
    expect(next).toMatchObject({ results: [{ id: placed.done.id }], next_cursor: null });
  });

  it.each([
    ['status=lost', '#/status'],
    ['status=', '#/status'],
    ['partner_id=paul', '#/partner_id'],
    ['q=', '#/q'],
    [`q=${'x'.repeat(101)}`, '#/q'],
    ['created_after=yesterday', '#/created_after'],
    ['created_after=2026-02-30T00:00:00Z', '#/created_after'],
    ['created_before=0000-01-01T00:00:00Z', '#/created_before'],
    ['sort=total', '#/sort'],
  ])('rejects %s', async (query, pointer) => {
    const answer = await ask<Problem>(`GET /api/orders/?${query}`, admin);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer }] } });
  });
});

describe('GET orders/{id}/messages/', () => {
  it('lists the newest first, by text and by time', async () => {
    const { id } = placed.assigned;
    const path = `/api/orders/${id}/messages/`;
    const sent: { id: string; created_at: string }[] = [];
    for (const text of ['one', 'two', 'three']) {
      sent.push((await ask<{ id: string; created_at: string }>(`POST ${path}`, carla, { text })).body);
    }
    const texts = async (query: string): Promise<string[]> => {
      const { body } = await ask<Page<{ text: string }>>(`GET ${path}?${query}`, paul);
      return body.results.map(({ text }) => text);
    };
    expect(await texts('')).toEqual(['one', 'two', 'three']);
    expect(await texts('sort=-created_at')).toEqual(['three', 'two', 'one']);
    expect(await texts('q=T')).toEqual(['two', 'three']);
    const middle = encodeURIComponent(sent[1]?.created_at ?? '');
    expect(await texts(`created_after=${middle}`)).toEqual(['three']);
    const page = await ask<Page<object>>(`GET ${path}?sort=-created_at&limit=2`, paul);
    expect(await texts(`sort=-created_at&limit=2&cursor=${page.body.next_cursor ?? ''}`)).toEqual(['one']);
  });
});
