import { request } from 'node:http';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Person } from '../support/people.js';
import { startNode, startStack } from '../support/stack.js';
import type { Node, Stack } from '../support/stack.js';

describe('the Host header', () => {
  let stack: Stack;
  let production: Node;
  let person: Person;

  beforeAll(async () => {
    stack = await startStack({ ALLOWED_HOSTS: 'tidings.example.com,127.0.0.1' });
    production = await startNode({ ...stack.environment, NODE_ENV: 'production' });
    person = await stack.people.customer();
  });

  afterAll(async () => {
    await production.app.close();
    await stack.stop();
  });

  /** fetch sets Host itself. */
  const ask = (url: string, path: string, host: string): Promise<{ status: number; text: string }> =>
    new Promise((resolve, reject) => {
      const headers = { host, authorization: `Bearer ${person.accessToken}` };
      request(new URL(path, url), { headers }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (part: string) => (text += part));
        response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
      })
        .on('error', reject)
        .end();
    });

  it.each(['[', 'a b', 'x/../y', 'user@127.0.0.1', '127.0.0.1:99999', '%00', '127.0.0.1?x'])(
    'gets 400 when it is %j, where the answer would name it',
    async (host) => {
      for (const path of ['/api/asyncapi.json', '/api/realtime/token/', '/api/realtime/info/']) {
        expect(await ask(stack.url, path, host)).toMatchObject({ status: 400 });
      }
    },
  );

  it('does not come back in production unless ALLOWED_HOSTS allows it', async () => {
    for (const path of ['/api/asyncapi.json', '/api/realtime/token/', '/api/realtime/info/']) {
      const foreign = await ask(production.url, path, 'evil.test');
      expect(foreign.status).toBe(400);
      expect(foreign.text).not.toContain('evil.test');
      const own = await ask(production.url, path, 'tidings.example.com');
      expect(own.status).toBe(200);
      expect(own.text).toContain('tidings.example.com');
    }
  });

  it('is not looked at where no answer names it', async () => {
    expect(await ask(production.url, '/api/auth/me', 'evil.test')).toMatchObject({ status: 200 });
    expect(await ask(production.url, '/health/ready', '10.0.0.7')).toMatchObject({ status: 200 });
  });
});
