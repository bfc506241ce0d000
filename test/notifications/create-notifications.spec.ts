import { describe, expect, it } from '@jest/globals';
import type { Page, Problem } from '../support/clients/ask.js';
import { follow } from '../support/clients/follow.js';
import { admin, ask, create, stack, setScene } from '../support/scenes/notification-scene.js';
import { CONTENT, titles, unread } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';
import { rest } from '../support/clients/rest.js';

const NOBODY = '0193b3c0-7f5a-7000-8000-5b8f1c2d3e4f';
const UUID_V7 = /^[0-9a-f]{8}-[0-9a-f]{4}-7/;
const ISO = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z$/;

setScene();

describe('POST notifications/', () => {
  it('creates a notification for one user', async () => {
    const carla = await stack.people.customer();
    const answer = await ask<Notification>('POST /api/notifications/', admin, {
      ...CONTENT,
      user_id: carla.id,
      data: { order: { id: 7 } },
      channels: ['websocket'],
    });
    expect(answer).toMatchObject({
      status: 201,
      body: {
        ...CONTENT,
        id: expect.stringMatching(UUID_V7),
        data: { order: { id: 7 } },
        is_read: false,
        created_at: expect.stringMatching(ISO),
        broadcast: false,
        stored: true,
        is_seen: false,
        is_archived: false,
      },
    });
    const list = await ask<Page<Notification>>('GET /api/notifications/', carla);
    expect(list.body.results).toEqual([answer.body]);
  });

  it('keeps all digits of 64-bit integers: in the answer, its repetition, the list, on the socket and in the log', async () => {
    const carla = await stack.people.customer();
    const { socket, greeting } = await follow(stack, '/ws/notifications/', carla, { ignore: ['unread_count'] });
    const data = { snowflake: 1234567890123456789n, deep: [{ smallest: -(2n ** 63n) }] };
    const body = { ...CONTENT, user_id: carla.id, data };
    const headers = { 'Idempotency-Key': carla.id };
    for (let time = 0; time < 2; time += 1) {
      const answer = await rest(stack.url, 'POST /api/notifications/', { token: admin.accessToken, body, headers });
      expect(answer).toMatchObject({ status: 201, body: { data } });
    }
    const other = { ...body, data: { ...data, snowflake: 1234567890123456788n } };
    const line = 'POST /api/notifications/';
    expect((await rest(stack.url, line, { token: admin.accessToken, body: other, headers })).status).toBe(422);
    const list = await ask<Page<Notification>>('GET /api/notifications/', carla);
    expect(list.body.results).toMatchObject([{ data }]);
    await socket.expectMessage({ type: 'notification', notification: { data } });
    const back = await follow(stack, '/ws/notifications/', carla, { since: greeting.position });
    await back.socket.expectMessage({ type: 'notification', notification: { data } });
    socket.send({ type: 'ping', timestamp: 1795253400123456789n, request_id: 2n ** 63n });
    await socket.expectMessage({ type: 'pong', timestamp: 1795253400123456789n, request_id: 2n ** 63n });
  });

  it('creates one for each of several users, in the given order, and one for a duplicate id', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const { results } = await create<Page<Notification>>({ user_ids: [paul.id, carla.id, paul.id] });
    const lists = [paul, carla].map((one) => ask<Page<Notification>>('GET /api/notifications/', one));
    const own = (await Promise.all(lists)).map(({ body }) => body.results);
    expect(own).toEqual(results.map((one) => [one]));
  });

  it('creates a broadcast for all users, but not for users who register later', async () => {
    const [carla, paul] = [await stack.people.customer(), await stack.people.partner()];
    const broadcast = await create({ broadcast: true, title: 'To all' });
    const late = await stack.people.customer();
    for (const person of [carla, paul]) {
      expect((await ask<Page<Notification>>('GET /api/notifications/', person)).body.results).toEqual([broadcast]);
      expect(await unread(ask, person)).toBe(1);
    }
    expect(await titles(ask, late)).toEqual([]);
    expect(await unread(ask, late)).toBe(0);
    expect((await ask(`POST /api/notifications/${broadcast.id}/read/`, late)).status).toBe(403);
  });

  it('is for administrators only', async () => {
    const carla = await stack.people.customer();
    const body = { ...CONTENT, user_id: carla.id };
    expect((await ask('POST /api/notifications/', carla, body)).status).toBe(403);
    expect((await ask('POST /api/notifications/', await stack.people.partner(), body)).status).toBe(403);
    expect((await rest(stack.url, 'POST /api/notifications/', { body })).status).toBe(401);
    expect(await unread(ask, carla)).toBe(0);
  });

  it('creates nothing if one of the users does not exist', async () => {
    const carla = await stack.people.customer();
    const answer = await ask<Problem>('POST /api/notifications/', admin, {
      ...CONTENT,
      user_ids: [carla.id, NOBODY, '7'],
    });
    expect(answer).toMatchObject({
      status: 404,
      body: { errors: [{ pointer: '#/user_ids/1' }, { pointer: '#/user_ids/2' }] },
    });
    expect(await unread(ask, carla)).toBe(0);
  });

  it('names at most 100 of the users that do not exist', async () => {
    const answer = await ask<Problem>('POST /api/notifications/', admin, {
      ...CONTENT,
      user_ids: Array(20_000).fill(''),
    });
    expect(answer.status).toBe(404);
    expect(answer.body.errors).toHaveLength(100);
  });

  it.each<[string, object, string[]]>([
    ['no audience', {}, ['#/user_id', '#/user_ids', '#/broadcast']],
    ['two audiences', { user_id: NOBODY, broadcast: true }, ['#/user_id', '#/user_ids', '#/broadcast']],
    ['no title', { broadcast: true, title: undefined }, ['#/title']],
    ['an empty title', { broadcast: true, title: '' }, ['#/title']],
    ['a long title', { broadcast: true, title: 'x'.repeat(201) }, ['#/title']],
    ['a long message', { broadcast: true, message: 'x'.repeat(4001) }, ['#/message']],
    ['NUL in a title', { broadcast: true, title: 'a\0b' }, ['#/title']],
    ['half a surrogate pair', { broadcast: true, message: 'a\ud800b' }, ['#/message']],
    ['a type that is not a slug', { broadcast: true, notification_type: 'No Slug' }, ['#/notification_type']],
    ['large data', { broadcast: true, data: { x: 'x'.repeat(17_000) } }, ['#/data']],
    ['data that is not an object', { broadcast: true, data: [1] }, ['#/data']],
    [
      'an action that runs a script',
      { broadcast: true, data: { actions: [{ id: 'go', label: 'Go', url: 'javascript:alert(1)' }] } },
      ['#/data/actions/0/url'],
    ],
    ['NUL in data', { broadcast: true, data: { a: ['\0'] } }, ['#/data/a/0']],
    [
      'an escalation of a broadcast',
      { broadcast: true, escalate: [{ after_s: 60, channel: 'email' }] },
      ['#/escalate'],
    ],
    [
      'an escalation with an unknown channel',
      { user_id: 'x', escalate: [{ after_s: 0, channel: 'pigeon' }] },
      ['#/escalate/0/after_s', '#/escalate/0/channel'],
    ],
    ['an unknown channel', { broadcast: true, channels: ['pigeon'] }, ['#/channels']],
    ['an empty list of users', { user_ids: [] }, ['#/user_ids']],
    ['a user id that is not a string', { user_id: 7 }, ['#/user_id']],
    ['over 100,000 users', { user_ids: Array.from({ length: 100_001 }, (_, n) => String(n)) }, ['#/user_ids']],
    ['a time without a zone', { broadcast: true, send_at: '2030-01-01T00:00:00' }, ['#/send_at']],
    ['a time that does not exist', { broadcast: true, send_at: '2027-02-30T00:00:00Z' }, ['#/send_at']],
    ['a time in the past', { broadcast: true, send_at: '2020-01-01T00:00:00Z' }, ['#/send_at']],
    ['a time years ahead', { broadcast: true, send_at: '2199-01-01T00:00:00Z' }, ['#/send_at']],
  ])('rejects %s', async (_what, members, pointers) => {
    const answer = await ask<Problem>('POST /api/notifications/', admin, { ...CONTENT, ...members });
    expect(answer.status).toBe(400);
    expect(answer.headers.get('content-type')).toContain('application/problem+json');
    expect(answer.body.errors?.map(({ pointer }) => pointer)).toEqual(pointers);
  });

  it('delivers the actions of a notification unchanged', async () => {
    const carla = await stack.people.customer();
    const actions = [{ id: 'view', label: 'View order', url: '/orders/7', style: 'primary' }];
    const { id } = await create({ user_id: carla.id, data: { actions } });
    expect((await ask(`GET /api/notifications/${id}/`, carla)).body).toMatchObject({ data: { actions } });
  });

  it('accepts the longest permitted title and message', async () => {
    const carla = await stack.people.customer();
    await create({ user_id: carla.id, title: 'ü'.repeat(200), message: '漢'.repeat(4000), data: null });
    expect(await titles(ask, carla)).toEqual(['ü'.repeat(200)]);
  });

  it('creates one notification for one Idempotency-Key', async () => {
    const carla = await stack.people.customer();
    const body = { ...CONTENT, user_id: carla.id };
    const key = { 'Idempotency-Key': `once-${carla.id}` };
    const first = await ask('POST /api/notifications/', admin, body, key);
    const again = await ask('POST /api/notifications/', admin, body, key);
    const other = await ask('POST /api/notifications/', admin, { ...body, title: 'Other' }, key);
    expect([first.status, again.status, other.status]).toEqual([201, 201, 422]);
    expect(again.body).toEqual(first.body);
    expect(await titles(ask, carla)).toEqual(['Hello']);
  });
});
