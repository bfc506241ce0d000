import { describe, expect, it } from '@jest/globals';
import type { Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { admin, ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { titles, unread } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';

const OWN = '/ws/notifications/';
const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

setScene();

describe('an archived notification', () => {
  it.each([
    ['own', false],
    ['broadcast', true],
  ] as const)(
    'leaves list and count, is listed in the archive, and comes back as it was: %s',
    async (_what, broadcast) => {
      const carla = await stack.people.customer();
      const bob = await stack.people.customer();
      const audience = broadcast ? { broadcast } : { user_id: carla.id };
      await create({ user_id: carla.id, title: 'kept' });
      const { id } = await create({ ...audience, title: 'put away' });
      const answer = await ask<Notification>(`POST /api/notifications/${id}/archive/`, carla);
      expect(answer).toMatchObject({ status: 200, body: { id, is_archived: true, is_read: false } });
      expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([['kept'], 1]);
      expect(await titles(ask, carla, '?archived=true')).toEqual(['put away']);
      expect(await titles(ask, carla, '?archived=true&unread=true')).toEqual(['put away']);
      expect(await titles(ask, carla, '?archived=true&unread=false')).toEqual([]);
      expect(await titles(ask, carla, '?archived=false')).toEqual(['kept']);
      expect((await ask(`GET /api/notifications/${id}/`, carla)).body).toMatchObject({ is_archived: true });
      expect(await titles(ask, bob)).toEqual(broadcast ? ['put away'] : []);

      const back = await ask<Notification>(`POST /api/notifications/${id}/unarchive/`, carla);
      expect(back).toMatchObject({ status: 200, body: { id, is_archived: false, is_read: false } });
      expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([['put away', 'kept'], 2]);
      expect(await titles(ask, carla, '?archived=true')).toEqual([]);
    },
  );

  it.each([
    ['own', false],
    ['broadcast', true],
  ] as const)('stays read if it was read before it was archived, or in the archive: %s', async (_what, broadcast) => {
    const carla = await stack.people.customer();
    const audience = broadcast ? { broadcast } : { user_id: carla.id };
    const [before, inside] = [await create(audience), await create(audience)];
    await ask(`POST /api/notifications/${before.id}/read/`, carla);
    for (const { id } of [before, inside]) await ask(`POST /api/notifications/${id}/archive/`, carla);
    expect(await unread(ask, carla)).toBe(0);
    await ask(`POST /api/notifications/${inside.id}/read/`, carla);
    for (const { id } of [before, inside]) {
      const { body } = await ask<Notification>(`POST /api/notifications/${id}/unarchive/`, carla);
      expect(body.is_read).toBe(true);
    }
    expect(await unread(ask, carla)).toBe(0);
  });

  it('can be deleted and retracted', async () => {
    const carla = await stack.people.customer();
    const made = [
      await create({ user_id: carla.id }),
      await create({ broadcast: true }),
      await create({ user_id: carla.id }),
      await create({ broadcast: true }),
    ];
    for (const { id } of made) await ask(`POST /api/notifications/${id}/archive/`, carla);
    for (const { id } of made.slice(0, 2)) await ask(`DELETE /api/notifications/${id}/`, carla);
    for (const { id } of made.slice(2)) await ask(`POST /api/notifications/${id}/retract/`, admin);
    expect([await titles(ask, carla, '?archived=true'), await unread(ask, carla)]).toEqual([[], 0]);
    for (const { id } of made) {
      expect((await ask(`POST /api/notifications/${id}/unarchive/`, carla)).status).toBe(404);
    }
    expect([await titles(ask, carla), await unread(ask, carla)]).toEqual([[], 0]);
  });

  it('is archived and taken back on all sockets of its owner', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    const { socket } = await follow(stack, OWN, carla);
    const { socket: phone } = await follow(stack, OWN, carla);
    socket.send({ type: 'archive', notification_id: id, request_id: 1 });
    await socket.expectMessages(
      { type: 'archive_response', success: true, notification_id: id, request_id: 1 },
      { type: 'unread_count', count: 0 },
    );
    await phone.expectMessages(
      { type: 'notification_archived', notification_id: id, position: expect.any(String) },
      { type: 'unread_count', count: 0 },
    );
    phone.send({ type: 'unarchive', notification_id: id });
    await phone.expectMessages(
      { type: 'unarchive_response', success: true, notification_id: id },
      { type: 'unread_count', count: 1 },
    );
    await socket.expectMessages(
      { type: 'notification_unarchived', notification: { id, is_archived: false }, position: expect.any(String) },
      { type: 'unread_count', count: 1 },
    );
    await ask(`POST /api/notifications/${id}/archive/`, carla);
    for (const tab of [socket, phone]) {
      await tab.expectMessages(
        { type: 'notification_archived', notification_id: id },
        { type: 'unread_count', count: 0 },
      );
    }
  });

  it('is archived once, if two tabs archive it at the same time', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id });
    const { id } = await create({ user_id: carla.id });
    const line = `POST /api/notifications/${id}/archive/`;
    const answers = await Promise.all([ask(line, carla), ask(line, carla), ask(line, carla)]);
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
    expect(await unread(ask, carla)).toBe(1);
    const { socket } = await follow(stack, OWN, carla);
    await ask(line, carla);
    await socket.expectNothing();
  });

  it('is told to a client that resumes', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    const { socket, greeting } = await follow(stack, OWN, carla);
    await socket.close();
    await ask(`POST /api/notifications/${id}/archive/`, carla);
    await ask('POST /api/notifications/seen/', carla);
    const resumed = await follow(stack, OWN, carla, { since: greeting.position });
    await resumed.socket.expectMessage({ type: 'notification_archived', notification_id: id });
  });

  it('must belong to the user', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: admin.id });
    for (const what of ['archive', 'unarchive']) {
      expect((await ask(`POST /api/notifications/${id}/${what}/`, carla)).status).toBe(403);
      expect((await ask(`POST /api/notifications/${NOBODY}/${what}/`, carla)).status).toBe(404);
      expect((await ask(`POST /api/notifications/nonsense/${what}/`, carla)).status).toBe(404);
    }
    const { socket } = await follow(stack, OWN, carla);
    socket.send({ type: 'archive', notification_id: id });
    await socket.expectMessage({ type: 'archive_response', success: false, notification_id: id });
    socket.send({ type: 'unarchive' });
    await socket.expectMessage({ type: 'error', code: 'invalid_message' });
  });
});

describe('opening the inbox', () => {
  it('marks everything as seen, on all sockets, but not as read', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: 'own' });
    const { id } = await create({ broadcast: true, title: 'all' });
    expect(await titles(ask, carla, '?seen=false')).toEqual(['all', 'own']);
    const { socket } = await follow(stack, OWN, carla);
    const { socket: phone } = await follow(stack, OWN, carla);
    socket.send({ type: 'mark_seen', request_id: 'open' });
    await socket.expectMessage({ type: 'mark_seen_response', success: true, request_id: 'open' });
    await phone.expectMessage({ type: 'notification_seen', up_to: id, position: expect.any(String) });
    expect([await titles(ask, carla, '?seen=false'), await unread(ask, carla)]).toEqual([[], 2]);
    await create({ user_id: carla.id, title: 'next' });
    expect(await titles(ask, carla, '?seen=true')).toEqual(['all', 'own']);
    expect(await titles(ask, carla, '?seen=true&limit=1')).toEqual(['all']);
    expect(await titles(ask, carla, '?seen=false&unread=true')).toEqual(['next']);
    for (const tab of [socket, phone]) await tab.expectMessages('notification', 'unread_count');
    const { body } = await ask<{ up_to: string }>('POST /api/notifications/seen/', carla);
    for (const tab of [socket, phone]) await tab.expectMessage({ type: 'notification_seen', up_to: body.up_to });
    expect((await ask<Notification>(`GET /api/notifications/${id}/`, carla)).body).toMatchObject({ is_seen: true });
  });

  it('marks up to a notification, never back, and says nothing if nothing changes', async () => {
    const carla = await stack.people.customer();
    const [first, second] = [
      await create({ user_id: carla.id, title: '1' }),
      await create({ user_id: carla.id, title: '2' }),
    ];
    const see = async (body?: object): Promise<unknown> =>
      (await ask('POST /api/notifications/seen/', carla, body)).body;
    expect(await see({ up_to: first.id })).toEqual({ up_to: first.id });
    expect(await titles(ask, carla, '?seen=false')).toEqual(['2']);
    expect(await see()).toEqual({ up_to: second.id });
    const { socket } = await follow(stack, OWN, carla);
    expect([await see({ up_to: first.id }), await see({})]).toEqual([{ up_to: null }, { up_to: null }]);
    await socket.expectNothing();
    expect(await titles(ask, carla, '?seen=true')).toEqual(['2', '1']);
  });

  it('is possible for an empty inbox, and not up to a notification of another user', async () => {
    const carla = await stack.people.customer();
    expect(await ask('POST /api/notifications/seen/', carla)).toMatchObject({ status: 200, body: { up_to: null } });
    expect(await titles(ask, carla, '?seen=true')).toEqual([]);
    const { id } = await create({ user_id: admin.id });
    expect((await ask('POST /api/notifications/seen/', carla, { up_to: id })).status).toBe(403);
    expect((await ask('POST /api/notifications/seen/', carla, { up_to: NOBODY })).status).toBe(404);
    expect((await ask('POST /api/notifications/seen/', carla, { up_to: 7 })).status).toBe(400);
    expect((await ask<Problem>('GET /api/notifications/?seen=perhaps', carla)).body.errors).toMatchObject([
      { pointer: '#/seen' },
    ]);
  });
});
