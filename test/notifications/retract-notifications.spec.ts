import { describe, expect, it } from '@jest/globals';
import { statusCodes } from '../support/clients/ask.js';
import type { Page } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { admin, ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { titles, unread } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';

const OWN = '/ws/notifications/';
const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';

setScene();

const retract = (id: string) => ask<{ retracted_at: string }>(`POST /api/notifications/${id}/retract/`, admin);

describe('a retracted notification', () => {
  it('leaves the list and the count of its owner, and all open sockets receive the retraction', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: 'kept' });
    const { id } = await create({ user_id: carla.id, title: 'wrong' });
    const tabs = [(await follow(stack, OWN, carla)).socket, (await follow(stack, OWN, carla)).socket];
    const answer = await retract(id);
    expect(answer).toEqual(
      expect.objectContaining({ status: 200, body: { notification_id: id, retracted_at: expect.any(String) } }),
    );
    for (const tab of tabs) {
      await tab.expectMessages(
        { type: 'notification_retracted', notification_id: id, broadcast: false, position: expect.any(String) },
        { type: 'unread_count', count: 1 },
      );
    }
    expect(await titles(ask, carla)).toEqual(['kept']);
    expect(await unread(ask, carla)).toBe(1);
    expect((await ask(`GET /api/notifications/${id}/`, carla)).status).toBe(404);
    expect((await ask(`POST /api/notifications/${id}/read/`, carla)).status).toBe(404);
    expect((await ask(`DELETE /api/notifications/${id}/`, carla)).status).toBe(404);
    expect((await ask(`GET /api/notifications/${id}/`, admin)).body).toMatchObject({
      id,
      retracted_at: answer.body.retracted_at,
      title: 'wrong',
    });
  });

  it('can be retracted again, which changes and publishes nothing', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    const first = await retract(id);
    const { socket } = await follow(stack, OWN, carla);
    const again = await retract(id);
    expect([again.status, again.body]).toEqual([200, first.body]);
    await socket.expectNothing();
  });

  it('lowers the count only if it was unread', async () => {
    const carla = await stack.people.customer();
    const [seen, deleted] = [await create({ user_id: carla.id }), await create({ user_id: carla.id })];
    await create({ user_id: carla.id });
    await ask(`POST /api/notifications/${seen.id}/read/`, carla);
    await ask(`DELETE /api/notifications/${deleted.id}/`, carla);
    for (const { id } of [seen, deleted]) await retract(id);
    expect(await unread(ask, carla)).toBe(1);
  });

  it('is counted once if it is read and retracted at the same time', async () => {
    const carla = await stack.people.customer();
    const made = await Promise.all(Array.from({ length: 10 }, () => create({ user_id: carla.id })));
    const statuses = await Promise.all(
      made.flatMap(({ id }) => [
        ask(`POST /api/notifications/${id}/read/`, carla).then(({ status }) => status),
        retract(id).then(({ status }) => status),
      ]),
    );
    expect(statuses.every((status) => status === 200 || status === 404)).toBe(true);
    expect([await unread(ask, carla), await titles(ask, carla)]).toEqual([0, []]);
  });

  it('is not sent to clients that resume: they receive the retraction in its place', async () => {
    const carla = await stack.people.customer();
    const { greeting, socket } = await follow(stack, OWN, carla, { ignore: ['unread_count'] });
    const { id } = await create({ user_id: carla.id, title: 'wrong' });
    const { position } = await socket.expectMessage<{ position: string }>('notification');
    await socket.close();
    const kept = await create({ user_id: carla.id, title: 'kept' });
    await retract(id);

    const missedAll = await follow(stack, OWN, carla, { since: greeting.position });
    expect(missedAll.greeting).toMatchObject({ resumed: true, replayed: 3, unread_count: 1 });
    await missedAll.socket.expectMessage({ type: 'notification_retracted', notification_id: id });
    await missedAll.socket.expectMessage({ type: 'notification', notification: { id: kept.id } });
    await missedAll.socket.expectMessage({ type: 'notification_retracted', notification_id: id });
    await missedAll.socket.expectNothing();

    const missedTheRetraction = await follow(stack, OWN, carla, { since: position });
    await missedTheRetraction.socket.expectMessage({ type: 'notification', notification: { id: kept.id } });
    await missedTheRetraction.socket.expectMessage({ type: 'notification_retracted', notification_id: id });
    await missedTheRetraction.socket.expectNothing();
  });

  it('is not sent again by a request that is repeated with its Idempotency-Key', async () => {
    const carla = await stack.people.customer();
    const body = { user_id: carla.id, notification_type: 'general', title: 'wrong', message: 'Oops' };
    const key = { 'Idempotency-Key': `retracted-${carla.id}` };
    const first = await ask<Notification>('POST /api/notifications/', admin, body, key);
    await retract(first.body.id);
    const again = await ask<Notification>('POST /api/notifications/', admin, body, key);
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect(await titles(ask, carla)).toEqual([]);
  });
});

describe('a retracted broadcast', () => {
  it('leaves every list, and the counts of exactly those users who had not read it', async () => {
    const names = ['unread', 'read', 'deleted', 'read all'] as const;
    const people = await Promise.all(names.map(() => stack.people.customer()));
    const [untouched, reader, deleter, readerOfAll] = people as [
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
      (typeof people)[0],
    ];
    const kept = await create({ broadcast: true, title: 'kept' });
    const { id } = await create({ broadcast: true, title: 'wrong' });
    await ask(`POST /api/notifications/${id}/read/`, reader);
    await ask(`DELETE /api/notifications/${id}/`, deleter);
    await ask('POST /api/notifications/read-all/', readerOfAll);
    const { socket } = await follow(stack, OWN, untouched);
    expect((await retract(id)).status).toBe(200);
    await socket.expectMessage({ type: 'notification_retracted', notification_id: id, broadcast: true });
    await socket.expectNothing();
    await socket.close();
    const late = await stack.people.customer();
    await create({ broadcast: true, title: 'later' });
    for (const [person, count] of [
      [untouched, 2],
      [reader, 2],
      [deleter, 2],
      [readerOfAll, 1],
      [late, 1],
    ] as const) {
      expect(await unread(ask, person)).toBe(count);
    }
    expect(await titles(ask, reader)).toEqual(['later', 'kept']);
    expect(await titles(ask, reader, '?unread=false')).toEqual([]);
    expect((await ask(`POST /api/notifications/${id}/read/`, untouched)).status).toBe(404);
    expect((await ask(`GET /api/notifications/${id}/`, untouched)).status).toBe(404);
    expect((await ask<{ updated: number }>('POST /api/notifications/read-all/', untouched)).body.updated).toBe(2);
    expect(await titles(ask, readerOfAll, '?unread=false')).toEqual(['kept']);
    expect(kept.id < id).toBe(true);
  });

  it('does not end a page early, however many are retracted in a row', async () => {
    const carla = await stack.people.customer();
    await create({ broadcast: true, title: 'first' });
    const wrong: Notification[] = [];
    for (let n = 0; n < 6; n += 1) wrong.push(await create({ broadcast: true, title: 'wrong' }));
    await create({ broadcast: true, title: 'last' });
    for (const { id } of [...wrong.slice(3), ...wrong.slice(0, 3)]) await retract(id);
    const { body } = await ask<Page<Notification>>('GET /api/notifications/?limit=1', carla);
    expect(body.results.map(({ title }) => title)).toEqual(['last']);
    expect(await titles(ask, carla, `?limit=1&cursor=${String(body.next_cursor)}`)).toEqual(['first']);
    expect(await unread(ask, carla)).toBe(2);
  });

  it('is not sent to clients that resume', async () => {
    const carla = await stack.people.customer();
    const { greeting, socket } = await follow(stack, OWN, carla);
    await socket.close();
    const { id } = await create({ broadcast: true });
    await retract(id);
    const resumed = await follow(stack, OWN, carla, { since: greeting.position });
    expect(resumed.greeting).toMatchObject({ resumed: true, replayed: 2, unread_count: 0 });
    for (let n = 0; n < 2; n += 1) {
      await resumed.socket.expectMessage({ type: 'notification_retracted', notification_id: id, broadcast: true });
    }
    await resumed.socket.expectNothing();
  });
});

describe('a retraction', () => {
  it('is for administrators, and needs a notification that exists', async () => {
    const carla = await stack.people.customer();
    const { id } = await create({ user_id: carla.id });
    const others = [carla, await stack.people.partner()];
    expect(await statusCodes(ask, `POST /api/notifications/${id}/retract/`, others)).toEqual([403, 403]);
    for (const wrong of [NOBODY, 'nonsense']) expect((await retract(wrong)).status).toBe(404);
    expect(await unread(ask, carla)).toBe(1);
  });
});
