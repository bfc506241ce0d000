import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { iceServers } from '../../src/realtime-info/ice-servers.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { startTurnServer } from '../support/peers/turn-server.js';
import type { TurnServer } from '../support/peers/turn-server.js';

const SECRET = 'a secret of coturn';

interface Info {
  readonly ice_servers: { readonly urls: string[]; readonly username: string; readonly credential: string }[];
}

describe('ice_servers of realtime/info', () => {
  let turn: TurnServer;
  let stack: Stack;
  let carla: Person;
  beforeAll(async () => {
    turn = await startTurnServer(SECRET);
    stack = await startStack({ TURN_URL: `stun:stun.example.com,${turn.url}`, TURN_SECRET: SECRET, TURN_TTL: '600' });
    carla = await stack.people.customer();
  });
  afterAll(async () => {
    await stack.stop();
    await turn.stop();
  });

  it('contain credentials that coturn accepts, and coturn rejects changed credentials', async () => {
    const line = 'GET /api/realtime/info/';
    const { ice_servers: servers } = await must<Info>(stack.url, line, { token: carla.accessToken });
    expect(servers).toEqual([
      { urls: ['stun:stun.example.com'] },
      { urls: [turn.url], username: expect.stringMatching(`^\\d+:${carla.id}$`), credential: expect.any(String) },
    ]);
    const { username, credential } = servers[1] as Info['ice_servers'][number];
    expect(Math.abs(parseInt(username) - (Date.now() / 1_000 + 600))).toBeLessThan(10);
    expect(await turn.takes(username, credential)).toBe(true);
    expect(await turn.takes(`${parseInt(username) + 1}:${carla.id}`, credential)).toBe(false);
  });

  it('contain credentials that expire at the stated time', async () => {
    const settings = { turnUrl: [turn.url], turnSecret: SECRET, turnTtl: 600 };
    const [server] = iceServers(settings, carla.id, Date.now() - 700_000);
    expect(await turn.takes(server?.username ?? '', server?.credential ?? '')).toBe(false);
  });

  it('are empty without TURN_URL', async () => {
    const plain = await startStack();
    const { accessToken: token } = await plain.people.customer();
    expect(await must(plain.url, 'GET /api/realtime/info/', { token })).toMatchObject({ ice_servers: [] });
    await plain.stop();
  });
});
