import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import type { INestApplication } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { once } from 'node:events';
import { WebSocket } from 'ws';
import { TokenAuthenticator } from '../../src/auth/tokens/token-authenticator.js';
import { ChannelLayer } from '../../src/channel-layer/interface/channel-layer.js';
import { Database } from '../../src/database/database.js';
import { StreamFollower } from '../../src/streams/follow/stream-follower.js';
import { StreamReader } from '../../src/streams/follow/stream-reader.js';
import type { Person } from '../support/people.js';
import { openStream } from '../support/clients/event-stream.js';
import { must } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const HANDSHAKES = 40;
/** `RACE_ROUNDS=100` for a long run. */
const ROUNDS = Number(process.env.RACE_ROUNDS ?? 5);
const ENDED = new Set([4001, 4006]);

describe('sockets of users who lose their access', () => {
  let stack: Stack;
  let far: INestApplication;

  beforeEach(async () => {
    stack = await startStack({ MAX_SOCKETS_PER_USER: '0' });
    far = stack.apps.at(-1) as INestApplication;
  });
  afterEach(() => stack.stop());

  const update = (statement: ReturnType<typeof sql>): Promise<unknown> => far.get(Database).db.execute(statement);
  const logout = (person: Person): Promise<unknown> =>
    must(stack.url, 'POST /api/auth/logout', { token: person.accessToken });

  /** Resolves when the other node has read every instruction to close sockets. */
  async function obeyed(): Promise<void> {
    const control = await far.get(StreamFollower).follow('control');
    const { head } = await far.get(StreamReader).extent('control');
    await control.reached(head);
    far.get(StreamFollower).unfollow(control);
  }

  /** Holds every handshake on the other node after its token was looked up. */
  function holdHandshakes(): { readonly held: Promise<unknown>; readonly release: () => void } {
    const tokens = far.get(TokenAuthenticator);
    const authenticate = tokens.authenticate.bind(tokens);
    let release = (): void => undefined;
    const released = new Promise<void>((resolve) => (release = resolve));
    const held = new Promise((resolve) => {
      tokens.authenticate = async (token, use) => {
        const principal = await authenticate(token, use);
        if (use !== 'http') {
          resolve(undefined);
          await released;
        }
        return principal;
      };
    });
    return { held, release: () => release() };
  }

  /** Opens sockets on both nodes and logs out during the handshakes. Returns their close codes. */
  async function race(round: number): Promise<(number | null)[]> {
    const person = await stack.people.customer();
    const ended: Promise<number | null>[] = [];
    const sockets: WebSocket[] = [];
    let leave: Promise<unknown> = Promise.resolve();
    for (let i = 0; i < HANDSHAKES; i += 1) {
      if (i === (round * 7) % HANDSHAKES) leave = logout(person);
      const url = `${(i % 2 ? stack.url : stack.otherUrl).replace('http', 'ws')}/ws/notifications/`;
      const socket = new WebSocket(url, { headers: { authorization: `Bearer ${person.accessToken}` } });
      sockets.push(socket);
      ended.push(once(socket, 'close').then(([code]) => code as number));
      if (i % 8 === 0) await new Promise(setImmediate);
    }
    await leave;
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<null>((resolve) => (timer = setTimeout(() => resolve(null), 15_000)));
    const codes = await Promise.all(ended.map((end) => Promise.race([end, late])));
    clearTimeout(timer);
    for (const socket of sockets) socket.terminate();
    return codes;
  }

  it(`are closed by a logout during ${HANDSHAKES} handshakes, in ${ROUNDS} rounds`, async () => {
    for (let round = 0; round < ROUNDS; round += 1) {
      const survivors = (await race(round)).filter((code) => code === null || !ENDED.has(code));
      expect({ round, survivors }).toEqual({ round, survivors: [] });
    }
  }, 600_000);

  it('are closed by a logout even if no published message arrives', async () => {
    for (const app of stack.apps) app.get(ChannelLayer).groupSend = () => Promise.resolve();
    const rounds = await Promise.all([0, 1, 2].map((round) => race(round)));
    expect(rounds.flat().filter((code) => code === null || !ENDED.has(code))).toEqual([]);
  });

  it('are closed after a handshake that looked the session up before the logout', async () => {
    const person = await stack.people.customer();
    const { held, release } = holdHandshakes();
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, {
      token: person.socketToken,
      ignore: ['connection_established'],
    });
    await held;
    await logout(person);
    await obeyed();
    release();
    await socket.expectClose(4006);
  });

  it('are closed as event streams that looked the session up before the logout', async () => {
    const person = await stack.people.customer();
    const { held, release } = holdHandshakes();
    const opened = openStream(`${stack.otherUrl}/api/notifications/stream/`, {
      token: person.socketToken,
      ignore: ['connection_established'],
    });
    await held;
    await logout(person);
    await obeyed();
    release();
    const stream = await opened;
    await stream.expectEvent('disconnect', { code: 4006, reconnect: false });
    await stream.ended();
  });

  it('are closed if `authenticate` uses a session that ends meanwhile', async () => {
    const person = await stack.people.customer();
    const other = await stack.people.signIn(person.email);
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: person.socketToken });
    await socket.expectMessage('connection_established');
    const { held, release } = holdHandshakes();
    socket.send({ type: 'authenticate', token: other.socketToken });
    await held;
    await logout(other);
    await obeyed();
    release();
    await socket.expectClose(4006);
  });

  it('are closed with 4001 when the user is disabled in any way', async () => {
    const [person, bystander] = [await stack.people.customer(), await stack.people.customer()];
    const [socket, other] = await Promise.all(
      [person, bystander].map(({ socketToken }) => open(`${stack.otherUrl}/ws/notifications/`, { token: socketToken })),
    );
    await Promise.all([
      socket?.expectMessage('connection_established'),
      other?.expectMessage('connection_established'),
    ]);
    await update(sql`update users set disabled = true where id = ${person.id}`);
    await socket?.expectClose(4001);
    await other?.expectNothing();
    await other?.close();
  });

  it('are closed with 4001 after a handshake that looked the user up before they were disabled', async () => {
    const person = await stack.people.customer();
    const { held, release } = holdHandshakes();
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, {
      token: person.socketToken,
      ignore: ['connection_established'],
    });
    await held;
    await update(sql`update users set disabled = true where id = ${person.id}`);
    await far.get(StreamFollower).repair();
    await obeyed();
    release();
    await socket.expectClose(4001);
  });

  it('are closed with 4003 if the role that opened them is removed; others stay open', async () => {
    const [partner, admin, customer] = [
      await stack.people.partner(),
      await stack.people.admin(),
      await stack.people.customer(),
    ];
    const paths = [
      [partner, '/ws/partner/'],
      [admin, `/ws/notifications/${customer.id}/`],
      [partner, '/ws/notifications/'],
    ] as const;
    const [asPartner, asAdmin, own] = await Promise.all(
      paths.map(async ([{ socketToken }, path]) => {
        const socket = await open(stack.otherUrl + path, { token: socketToken });
        await socket.expectMessage('connection_established');
        return socket;
      }),
    );
    await update(sql`update users set role = 'customer' where id in (${partner.id}, ${admin.id})`);
    await asPartner?.expectClose(4003);
    await asAdmin?.expectClose(4003);
    await own?.expectNothing();
    await own?.close();
  });

  it('are closed with 4003 if `authenticate` finds that the user has no access any more', async () => {
    const [partner, admin] = [await stack.people.partner(), await stack.people.admin()];
    const socket = await open(`${stack.otherUrl}/ws/notifications/${partner.id}/`, { token: admin.socketToken });
    await socket.expectMessage('connection_established');
    far.get(ChannelLayer).groupSend = () => Promise.resolve();
    await update(sql`update users set role = 'customer' where id = ${admin.id}`);
    socket.send({ type: 'authenticate', token: admin.socketToken });
    await socket.expectClose(4003);
  });
});
