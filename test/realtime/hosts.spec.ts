import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

describe('the Host header', () => {
  let stack: Stack;
  let production: Stack;
  const people = new Map<Stack, Person>();

  beforeAll(async () => {
    const hosts = { ALLOWED_HOSTS: 'tidings.example.com,127.0.0.1' };
    stack = await startStack(hosts);
    production = await startStack({ ...hosts, NODE_ENV: 'production' });
    for (const each of [stack, production]) people.set(each, await each.people.customer());
  });

  afterAll(async () => {
    await production.stop();
    await stack.stop();
  });

  /** Not fetch, because it sets Host itself. */
  const ask = (asked: Stack, path: string, host: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${people.get(asked)?.accessToken ?? ''}` };
      request(new URL(path, asked.url), { headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
        .on('error', reject)
        .end();
    });

  it.each(['[', 'a b', 'x/../y', 'user@127.0.0.1', '127.0.0.1:99999', '%00', '127.0.0.1?x'])(
    'causes a 400 if it is %j and the answer would contain it',
    async (host) => {
      for (const path of ['/api/asyncapi.json', '/api/realtime/token/', '/api/realtime/info/']) {
        expect(await ask(stack, path, host)).toMatchObject({ status: 400 });
      }
    },
  );

  it('appears in production answers only if ALLOWED_HOSTS allows it', async () => {
    for (const path of ['/api/asyncapi.json', '/api/realtime/token/', '/api/realtime/info/']) {
      const foreign = await ask(production, path, 'evil.test');
      expect(foreign.status).toBe(400);
      expect(foreign.text).not.toContain('evil.test');
      const own = await ask(production, path, 'tidings.example.com');
      expect(own.status).toBe(200);
      expect(own.text).toContain('tidings.example.com');
    }
  });

  it('is ignored if no answer contains it', async () => {
    expect(await ask(production, '/api/auth/me', 'evil.test')).toMatchObject({ status: 200 });
    expect(await ask(production, '/health/ready', '10.0.0.7')).toMatchObject({ status: 200 });
  });
});
