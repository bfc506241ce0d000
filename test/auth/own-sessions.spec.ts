import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { askOf } from '../support/clients/ask.js';
import { must, rest } from '../support/clients/rest.js';
import { open } from '../support/clients/socket-client.js';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

interface Session {
  readonly id: string;
  readonly device: string | null;
  readonly address: string;
  readonly last_seen_at: string;
  readonly current: boolean;
}

interface Tokens {
  readonly access_token: string;
  readonly refresh_token: string;
}

const FIREFOX = 'Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:128.0) Gecko/20100101 Firefox/128.0';
const IPHONE =
  'Mozilla/5.0 (iPhone; CPU iPhone OS 17_5 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/17.5 Mobile/15E148 Safari/604.1';

describe('the sessions of a user', () => {
  let stack: Stack;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    stack = await startStack();
  });
  afterAll(() => stack.stop());

  const list = async (person: Person): Promise<Session[]> =>
    (await ask<{ results: Session[] }>('GET /api/auth/sessions/', person)).body.results;
  const signIn = ({ email, password }: Person, agent: string): Promise<Tokens> =>
    must(stack.url, 'POST /api/auth/login', { body: { email, password }, headers: { 'user-agent': agent } });
  const meStatus = async (token: string): Promise<number> =>
    (await rest(stack.otherUrl, 'GET /api/auth/me', { token })).status;

  it('are listed with device and address, the most recently used first', async () => {
    const carla = await stack.people.customer();
    const phone = await signIn(carla, IPHONE);
    await signIn(carla, FIREFOX);

    const sessions = await list(carla);
    expect(sessions.map(({ device, current }) => [device, current])).toEqual([
      ['Firefox 128 on Windows 10', false],
      ['Safari 17 on iPhone', false],
      [null, true],
    ]);
    expect(sessions[0]).toEqual({
      id: expect.any(String),
      device: 'Firefox 128 on Windows 10',
      address: '127.0.0.1',
      created_at: expect.stringMatching(/^\d{4}-.*Z$/),
      last_seen_at: expect.stringMatching(/^\d{4}-.*Z$/),
      current: false,
    });

    const headers = { 'user-agent': 'okhttp/4.12.0' };
    await must(stack.url, 'POST /api/auth/refresh', { body: { refresh_token: phone.refresh_token }, headers });
    const [latest, second] = await list(carla);
    expect([latest?.id, latest?.device]).toEqual([sessions[1]?.id, 'okhttp']);
    expect(Date.parse(latest?.last_seen_at ?? '')).toBeGreaterThanOrEqual(Date.parse(second?.last_seen_at ?? ''));
  });

  it('can be ended one by one, on every node at once', async () => {
    const carla = await stack.people.customer();
    const lost = await signIn(carla, IPHONE);
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, {
      headers: { authorization: `Bearer ${lost.access_token}` },
      ignore: ['presence', 'connection_established'],
    });
    const [stolen] = await list(carla);

    expect(await ask(`DELETE /api/auth/sessions/${stolen?.id}/`, carla)).toMatchObject({ status: 204 });
    await socket.expectClose(4006);
    expect(await meStatus(lost.access_token)).toBe(401);
    const again = { body: { refresh_token: lost.refresh_token } };
    expect(await rest(stack.url, 'POST /api/auth/refresh', again)).toMatchObject({ status: 401 });
    expect(await ask(`DELETE /api/auth/sessions/${stolen?.id}/`, carla)).toMatchObject({ status: 404 });
    expect(await list(carla)).toMatchObject([{ current: true }]);
  });

  it('cannot be seen or ended by another user', async () => {
    const [carla, mallory] = [await stack.people.customer(), await stack.people.admin('Mallory')];
    const [own] = await list(carla);

    expect(await ask(`DELETE /api/auth/sessions/${own?.id}/`, mallory)).toMatchObject({ status: 404 });
    expect((await list(mallory)).map(({ id }) => id)).not.toContain(own?.id);
    expect(await meStatus(carla.accessToken)).toBe(200);
  });

  it('are ended together, with or without the current one', async () => {
    const carla = await stack.people.customer();
    const [phone, laptop] = [await signIn(carla, IPHONE), await signIn(carla, FIREFOX)];

    expect(await ask('DELETE /api/auth/sessions/?keep_current=maybe', carla)).toMatchObject({ status: 400 });
    expect(await ask('DELETE /api/auth/sessions/?keep_current=true', carla)).toMatchObject({ status: 204 });
    expect(await list(carla)).toMatchObject([{ current: true }]);
    expect([await meStatus(phone.access_token), await meStatus(laptop.access_token)]).toEqual([401, 401]);

    const tablet = await signIn(carla, IPHONE);
    expect(await ask('DELETE /api/auth/sessions/', carla)).toMatchObject({ status: 204 });
    expect([await meStatus(tablet.access_token), await meStatus(carla.accessToken)]).toEqual([401, 401]);
  });
});
