import { describe, expect, it } from '@jest/globals';
import type { Page, Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { admin, ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { titles, unread } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';

const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

setScene();

describe('GET notifications/{id}/', () => {
  it('returns a notification to its owner and to administrators, with the state of its owner', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id, title: 'For Carla' });
    await ask(`POST /api/notifications/${id}/read/`, carla);
    const seen = { status: 200, body: { id, title: 'For Carla', is_read: true, broadcast: false } };
    expect(await ask(`GET /api/notifications/${id}/`, carla)).toMatchObject(seen);
    expect(await ask(`GET /api/notifications/${id}`, admin)).toMatchObject(seen);
  });

  it('returns a broadcast with the state of the reader, or of the user that an administrator names', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ broadcast: true });
    await ask(`POST /api/notifications/${id}/read/`, carla);
    const line = `GET /api/notifications/${id}/`;
    expect((await ask<Notification>(line, carla)).body.is_read).toBe(true);
    expect((await ask<Notification>(line, admin)).body.is_read).toBe(false);
    expect((await ask<Notification>(`${line}?user_id=${carla.id}`, admin)).body.is_read).toBe(true);
  });

  it('rejects other users, and broadcasts from before the registration', async () => {
    const own = await create({ user_id: admin.id });
    const broadcast = await create({ broadcast: true });
    const carla = await stack.people.customer();
    for (const { id } of [own, broadcast]) {
      expect((await ask(`GET /api/notifications/${id}/`, carla)).status).toBe(403);
    }
    expect((await ask(`GET /api/notifications/${own.id}/?user_id=${admin.id}`, carla)).status).toBe(403);
  });

  it.each([NOBODY, 'nonsense', '7', '%00'])('answers 404 for %s, which does not exist', async (id) => {
    expect((await ask(`GET /api/notifications/${id}/`, admin)).status).toBe(404);
  });

  it('answers 404 for a deleted notification, except to administrators', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    await ask(`DELETE /api/notifications/${id}/`, carla);
    expect((await ask(`GET /api/notifications/${id}/`, carla)).status).toBe(404);
    expect((await ask(`GET /api/notifications/${id}/`, admin)).status).toBe(200);
  });

  it('does not hide the other paths below notifications/', async () => {
    for (const path of ['preferences', 'unread-count', 'batches']) {
      expect((await ask(`GET /api/notifications/${path}/`, admin)).status).toBe(200);
    }
  });
});

describe('GET notifications/ with user_id', () => {
  it('lists the notifications of a user for administrators, as the user sees them', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: 'own' });
    const broadcast = await create({ broadcast: true, title: 'all' });
    await ask(`DELETE /api/notifications/${broadcast.id}/`, carla);
    expect(await titles(ask, admin, `?user_id=${carla.id}`)).toEqual(['own']);
    expect(await titles(ask, carla, `?user_id=${carla.id}`)).toEqual(['own']);
  });

  it('answers 403 to other users, and 404 for unknown users', async () => {
    const carla = await stack.people.customer();
    expect((await ask(`GET /api/notifications/?user_id=${admin.id}`, carla)).status).toBe(403);
    expect((await ask(`GET /api/notifications/?user_id=nobody`, admin)).status).toBe(404);
  });
});

describe('the filters of GET notifications/', () => {
  it('select by the time of creation, and can be combined', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: '1' });
    const second = await create({ broadcast: true, title: '2' });
    const third = await create({ user_id: carla.id, title: '3', notification_type: 'promo' });
    await create({ broadcast: true, title: '4', notification_type: 'promo' });
    expect(await titles(ask, carla, `?created_after=${second.created_at}`)).toEqual(['4', '3']);
    expect(await titles(ask, carla, `?created_before=${third.created_at}`)).toEqual(['2', '1']);
    const between = `created_after=${second.created_at}&created_before=2999-01-01T00:00:00Z`;
    expect(await titles(ask, carla, `?${between}&limit=1`)).toEqual(['4']);
    expect(await titles(ask, carla, `?notification_type=promo&unread=true`)).toEqual(['4', '3']);
    await ask(`POST /api/notifications/${third.id}/read/`, carla);
    expect(await titles(ask, carla, `?notification_type=promo&unread=true`)).toEqual(['4']);
    expect(await titles(ask, carla, `?notification_type=promo&unread=false&${between}`)).toEqual(['3']);
    expect(await titles(ask, carla, `?type=promo&notification_type=promo`)).toEqual(['4', '3']);
  });

  it('find the only broadcast of a type among many of others, read and unread', async () => {
    const carla = await stack.people.customer();
    const rare = await create({ broadcast: true, title: 'rare', notification_type: 'rare' });
    for (let n = 0; n < 12; n += 1) {
      const { id } = await create({ broadcast: true });
      if (n % 2 === 0) await ask(`POST /api/notifications/${id}/read/`, carla);
    }
    expect(await titles(ask, carla, '?notification_type=rare&unread=true&limit=2')).toEqual(['rare']);
    expect(await titles(ask, carla, '?notification_type=rare&unread=false')).toEqual([]);
    await ask(`POST /api/notifications/${rare.id}/read/`, carla);
    expect(await titles(ask, carla, '?notification_type=rare&unread=false&limit=2')).toEqual(['rare']);
  });

  it.each(['created_after=yesterday', 'created_before=2026-02-30T00:00:00Z', 'type=a&notification_type=b'])(
    'reject ?%s',
    async (query) => {
      const answer = await ask<Problem>(`GET /api/notifications/?${query}`, admin);
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: `#/${query.split('=')[0] ?? ''}` }] } });
    },
  );
});

describe('POST notifications/read-all/ with a filter', () => {
  it('marks the notifications that match, and publishes each of them', async () => {
    const carla = await stack.people.customer();
    const own = await create({ user_id: carla.id, notification_type: 'promo' });
    const broadcast = await create({ broadcast: true, notification_type: 'promo' });
    const other = await create({ user_id: carla.id, title: 'other' });
    const { socket } = await follow(stack, '/ws/notifications/', carla);
    const { body } = await ask('POST /api/notifications/read-all/?notification_type=promo', carla);
    expect(body).toEqual({ updated: 2 });
    await socket.expectMessages(
      { type: 'notification_read', notification_id: broadcast.id, position: expect.any(String) },
      { type: 'notification_read', notification_id: own.id, position: expect.any(String) },
      { type: 'unread_count', count: 1 },
    );
    expect(await titles(ask, carla, '?unread=true')).toEqual(['other']);
    const until = `POST /api/notifications/read-all/?created_before=${other.created_at}`;
    expect((await ask(until, carla)).body).toEqual({ updated: 0 });
    expect((await ask('POST /api/notifications/read-all/', carla)).body).toEqual({ updated: 1 });
    await socket.expectMessages(
      { type: 'notification_read', all: true, position: expect.any(String) },
      { type: 'unread_count', count: 0 },
    );
  });

  it('marks more than one transaction does', async () => {
    const carla = await stack.people.customer();
    await create<Page<Notification>>({ user_ids: [carla.id] });
    for (let n = 0; n < 13; n += 1) {
      await Promise.all(Array.from({ length: 8 }, () => create({ user_id: carla.id, notification_type: 'promo' })));
    }
    const { body } = await ask('POST /api/notifications/read-all/?notification_type=promo', carla);
    expect(body).toEqual({ updated: 104 });
    expect(await unread(ask, carla)).toBe(1);
  });

  it('rejects unknown filters', async () => {
    expect((await ask('POST /api/notifications/read-all/?unread=true', admin)).status).toBe(400);
  });
});
