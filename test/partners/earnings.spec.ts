import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { follow } from '../support/clients/follow.js';
import type { Person } from '../support/people.js';
import { assign, moveTo, placeOrder } from '../support/scenes/order-story.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { Database } from '../../src/database/database.js';
import { earnings } from '../../src/partners/earnings.table.js';
import { PartnersService } from '../../src/partners/partners.service.js';
import { uuidv7 } from 'uuidv7';

interface Earnings {
  readonly total: number;
  readonly total_in_range?: number;
  readonly results: { order_id: string; amount: number; created_at: string }[];
  readonly next_cursor: string | null;
}

const PATH = '/api/partners/me/earnings/';

let stack: Stack;
let paul: Person;
beforeAll(async () => {
  stack = await startStack({ PARTNER_SHARE: '0.8' });
  paul = await stack.people.partner();
  const [admin, carla] = [await stack.people.admin(), await stack.people.customer()];
  const { socket } = await follow(stack, '/ws/partner/', paul, { ignore: ['new_order'] });
  for (const [price, total] of [
    ['25.50', 20.4],
    ['0.03', 20.42],
    ['10', 28.42],
  ] as const) {
    const order = await placeOrder(stack, carla, { items: [{ name: 'Shirts', quantity: 1, unit_price: price }] });
    await assign(stack, admin, order, paul);
    await moveTo(stack, paul, order, 'completed');
    await socket.expectMessage({ type: 'earnings_update', total });
  }
  await socket.close();
});
afterAll(() => stack.stop());

function get<T = Earnings>(query = '', headers: Record<string, string> = {}, person = paul): Promise<RestAnswer<T>> {
  return rest<T>(stack.otherUrl, `GET ${PATH}${query}`, { token: person.accessToken, headers });
}

describe('earnings with PARTNER_SHARE=0.8', () => {
  it('are that share of each total, rounded to cents', async () => {
    const { body } = await get();
    expect(body).toMatchObject({ total: 28.42 });
    expect(body).not.toHaveProperty('total_in_range');
    expect(body.results.map(({ amount }) => amount)).toEqual([8, 0.02, 20.4]);
  });

  it('are listed by time, with their total, and the oldest first', async () => {
    const [newest, middle, oldest] = (await get()).body.results;
    const after = await get(`?created_after=${middle?.created_at ?? ''}`);
    expect(after.body).toMatchObject({ total: 28.42, total_in_range: 8, results: [newest] });
    const until = await get(`?sort=created_at&created_before=${newest?.created_at ?? ''}&limit=1`);
    expect(until.body).toMatchObject({ total: 28.42, total_in_range: 20.42, results: [oldest] });
    const next = await get(
      `?sort=created_at&created_before=${newest?.created_at ?? ''}&cursor=${until.body.next_cursor ?? ''}`,
    );
    expect(next.body).toMatchObject({ total_in_range: 20.42, results: [middle], next_cursor: null });
  });

  it.each([
    ['?format=csv', {}],
    ['', { accept: 'text/csv' }],
    ['', { accept: 'application/json;q=0.5, text/csv' }],
  ])('are a CSV file: %s %j', async (query, headers: Record<string, string>) => {
    const { results } = (await get()).body;
    const answer = await get<string>(query, headers);
    expect(answer.status).toBe(200);
    expect(answer.headers.get('content-type')).toBe('text/csv; charset=utf-8');
    expect(answer.headers.get('content-disposition')).toBe('attachment; filename="earnings.csv"');
    expect(answer.headers.get('vary')).toContain('Accept');
    const lines = results.map(
      ({ order_id, amount, created_at }) => `${order_id},${amount.toFixed(2)},USD,${created_at}`,
    );
    expect(answer.body).toBe(['order_id,amount,currency,created_at', ...lines, ''].join('\r\n'));
  });

  it.each([
    ['', {}],
    ['', { accept: '*/*' }],
    ['?format=json', { accept: 'text/csv' }],
  ])('are JSON: %s %j', async (query, headers: Record<string, string>) => {
    expect((await get(query, headers)).headers.get('content-type')).toContain('application/json');
  });

  it('are a file with a header only for a partner without earnings', async () => {
    const pia = await stack.people.partner();
    expect((await get<string>('?format=csv', {}, pia)).body).toBe('order_id,amount,currency,created_at\r\n');
  });

  it('are in the file completely, however many there are', async () => {
    const pia = await stack.people.partner();
    const [app] = stack.apps;
    const { id: partnerId } = (await app?.get(PartnersService).ofUser(pia.id)) ?? { id: '' };
    const rows = Array.from({ length: 2_500 }, () => ({ id: uuidv7(), partnerId, orderId: uuidv7(), amount: '0.10' }));
    await app?.get(Database).db.insert(earnings).values(rows);
    const { body } = await get<string>('?format=csv&sort=created_at', {}, pia);
    const ids = body.trimEnd().split('\r\n').slice(1);
    expect(ids.map((line) => line.split(',')[0])).toEqual(rows.map(({ orderId }) => orderId));
  });

  it.each(['?format=xml', '?created_after=now', '?sort=amount', '?format=csv&created_after=2026-02-30T00:00:00Z'])(
    'cannot be requested with %s',
    async (query) => {
      expect(await get(query)).toMatchObject({ status: 400 });
    },
  );
});
