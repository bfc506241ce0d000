import { describe, expect, it } from '@jest/globals';
import { sql } from 'drizzle-orm';
import { Database } from '../../src/database/database.js';
import { follow } from '../support/clients/follow.js';
import { admin, carla, path, paul, setSceneWithOrder, stack } from '../support/scenes/order-scene.js';
import type { Person } from '../support/people.js';
import { open } from '../support/clients/socket-client.js';
import type { SocketClient } from '../support/clients/socket-client.js';

setSceneWithOrder();

/** A socket on the first node; `follow` opens it on the other one. */
async function near(person: Person): Promise<SocketClient> {
  const socket = await open(stack.url + path, { token: person.socketToken });
  await socket.expectMessage('connection_established');
  return socket;
}

describe('typing', () => {
  it('reaches all sockets of the other side, and no others', async () => {
    const customer = await near(carla);
    const others = [await near(carla), (await follow(stack, path, admin)).socket];
    const partners = [await near(paul), (await follow(stack, path, paul)).socket];
    for (const is_typing of [true, false]) {
      customer.send({ type: 'typing', is_typing });
      for (const socket of partners) {
        expect(await socket.expectMessage('typing')).toEqual({ type: 'typing', is_typing, user_id: carla.id });
      }
    }
    partners[0]?.send({ type: 'typing', is_typing: true, request_id: 't' });
    await partners[0]?.expectMessage({ type: 'accepted', request_id: 't' });
    for (const socket of [customer, others[0]]) await socket?.expectMessage({ type: 'typing', user_id: paul.id });
    for (const socket of [...partners, ...others]) await socket.expectNothing();
  });

  it.each([{}, { is_typing: 'yes' }, { is_typing: 1 }, { is_typing: null }])('is rejected as %o', async (members) => {
    const socket = await near(carla);
    socket.send({ type: 'typing', ...members });
    await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/is_typing' }] });
  });
});

describe('call_signal', () => {
  const OFFER = { call_id: 'c-1', signal: 'offer', payload: { sdp: 'v=0\r\n', big: 2n ** 60n, __proto__x: [null] } };

  it('reaches the other side unchanged, and is not stored', async () => {
    const { db } = (stack.apps[0] as (typeof stack.apps)[number]).get(Database);
    const stored = async (): Promise<unknown> =>
      await db.execute(
        sql`select (select count(*) from stream_entries) as entries, (select count(*) from streams) as streams`,
      );
    const before = await stored();
    const [customer, looker] = [await near(carla), await near(admin)];
    const { socket: partner } = await follow(stack, path, paul);
    const calls = [
      { call_id: 'c-1', signal: 'ring' },
      OFFER,
      { call_id: 'c-1', signal: 'candidate', payload: 'candidate:1 1 UDP 2130706431 10.0.0.1 8998 typ host' },
      { call_id: 'c-1', signal: 'candidate', payload: null },
      { call_id: 'c-1', signal: 'hangup', payload: [] },
    ];
    for (const call of calls) customer.send({ type: 'call_signal', ...call });
    for (const call of calls) {
      expect(await partner.expectMessage('call_signal')).toEqual({ type: 'call_signal', ...call, user_id: carla.id });
    }
    partner.send({ type: 'call_signal', call_id: 'c-1', signal: 'answer', request_id: 1 });
    await partner.expectMessage({ type: 'accepted', request_id: 1 });
    await customer.expectMessage({ type: 'call_signal', signal: 'answer', user_id: paul.id });
    for (const socket of [customer, looker, partner]) await socket.expectNothing();
    expect(await stored()).toMatchObject({ rows: (before as { rows: unknown[] }).rows });
  });

  it('reaches a socket that is still reading missed messages, completely and in order', async () => {
    const { greeting, socket } = await follow(stack, path, paul);
    await socket.close();
    const customer = await near(carla);
    for (let line = 0; line < 20; line += 1) customer.send({ type: 'chat_message', text: `line ${line}` });
    for (let line = 0; line < 20; line += 1) await customer.expectMessage('chat_message');
    const back = await open(stack.otherUrl + path, {
      token: paul.socketToken,
      since: greeting.position,
      ignore: ['chat_message', 'presence'],
    });
    await back.expectMessage({ type: 'connection_established', replayed: 20 });
    for (const signal of ['ring', 'offer', 'candidate']) customer.send({ type: 'call_signal', call_id: 'x', signal });
    for (const signal of ['ring', 'offer', 'candidate']) await back.expectMessage({ type: 'call_signal', signal });
  });

  it.each([
    [{ signal: 'ring' }, '#/call_id'],
    [{ call_id: '', signal: 'ring' }, '#/call_id'],
    [{ call_id: 'x'.repeat(101), signal: 'ring' }, '#/call_id'],
    [{ call_id: 'x' }, '#/signal'],
    [{ call_id: 'x', signal: 'shout' }, '#/signal'],
  ])('is rejected as %j', async (members, pointer) => {
    const socket = await near(carla);
    socket.send({ type: 'call_signal', ...members });
    await socket.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer }] });
  });

  it.each([33, 5_000, 30_000])('is rejected with a payload nested %i levels deep', async (levels) => {
    const socket = await near(carla);
    const payload = '['.repeat(levels) + ']'.repeat(levels);
    socket.send(`{"type": "call_signal", "call_id": "x", "signal": "offer", "payload": ${payload}}`);
    const { errors } = await socket.expectMessage<{ errors?: unknown[] }>({ type: 'error', code: 'invalid_message' });
    // A message beyond the general limits is rejected before it is parsed, so no field can be named.
    expect(errors?.length).toBe(levels === 33 ? 1 : undefined);
  });

  it('is permitted for the participants only, not for administrators', async () => {
    const socket = await near(admin);
    socket.send({ type: 'call_signal', call_id: 'x', signal: 'ring', request_id: 1 });
    await socket.expectMessage({ type: 'error', code: 'forbidden', request_id: 1 });
    socket.send({ type: 'typing', is_typing: true, request_id: 2 });
    await socket.expectMessage({ type: 'error', code: 'forbidden', request_id: 2 });
  });
});
