import { describe, expect, it } from '@jest/globals';
import type { Page, Problem } from '../support/clients/ask.js';
import { admin, ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { titles } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';
import { rest } from '../support/clients/rest.js';

setScene();

describe('GET notifications/', () => {
  it('returns pages of own notifications and broadcasts, newest first', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: '1' });
    await create({ broadcast: true, title: '2' });
    await create({ user_id: carla.id, title: '3' });
    await create({ broadcast: true, title: '4' });
    await create({ user_id: carla.id, title: '5' });
    const pages: string[][] = [];
    let cursor: string | null = '';
    while (cursor !== null) {
      const query: string = cursor && `&cursor=${cursor}`;
      const { body } = await ask<Page<Notification>>(`GET /api/notifications/?limit=2${query}`, carla);
      pages.push(body.results.map(({ title }) => title));
      cursor = body.next_cursor;
    }
    expect(pages).toEqual([['5', '4'], ['3', '2'], ['1']]);
  });

  it('filters by type and by unread', async () => {
    const carla = await stack.people.customer();
    const own = await create({ user_id: carla.id, title: 'own', notification_type: 'order_update' });
    const broadcast = await create({ broadcast: true, title: 'all', notification_type: 'promo' });
    expect(await titles(ask, carla, '?type=promo')).toEqual(['all']);
    await ask(`POST /api/notifications/${broadcast.id}/read/`, carla);
    expect(await titles(ask, carla, '?unread=true')).toEqual(['own']);
    expect(await titles(ask, carla, '?unread=false')).toEqual(['all']);
    await ask(`POST /api/notifications/${own.id}/read/`, carla);
    expect(await titles(ask, carla, '?unread=false&type=order_update')).toEqual(['own']);
    expect(await titles(ask, carla, '?unread=1')).toEqual([]);
  });

  it.each([
    'limit=0',
    'limit=101',
    'limit=x',
    'limit=1.5',
    'limit=',
    'cursor=nonsense',
    'cursor=',
    'unread=maybe',
    'type=%00',
  ])('rejects ?%s', async (query) => {
    const answer = await ask<Problem>(`GET /api/notifications/?${query}`, admin);
    expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `#/${query.split('=')[0] ?? ''}` }] } });
  });

  it('requires a user, and answers with and without the slash', async () => {
    expect((await rest(stack.url, 'GET /api/notifications/')).status).toBe(401);
    expect((await rest(stack.url, 'GET /api/notifications/unread-count')).status).toBe(401);
    expect((await ask('GET /api/notifications', admin)).status).toBe(200);
    expect((await ask('GET /api/notifications/unread-count', admin)).status).toBe(200);
  });
});
