import { createServer } from 'node:http';
import type { Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { openBrowser } from '../support/clients/browser.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

/** An empty page on a different port, which makes it another origin of the same site. */
async function startPage(): Promise<{ server: Server; origin: string }> {
  const server = createServer((_request, response) => {
    response.setHeader('content-type', 'text/html').end('<!doctype html><title>page</title>');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return { server, origin: `http://127.0.0.1:${String((server.address() as AddressInfo).port)}` };
}

/** What a page sees of a request: the status, a header, or that the browser blocked the answer. */
type Seen = { status: number; position: string | null } | 'blocked';

describe('pages of other origins, in a browser', () => {
  let stack: Stack;
  let browser: Browser;
  let customer: Person;
  const pages: Server[] = [];
  let frontEnd: Page;
  let foreign: Page;

  beforeAll(async () => {
    const [ours, theirs] = [await startPage(), await startPage()];
    pages.push(ours.server, theirs.server);
    [stack, browser] = await Promise.all([startStack({ ALLOWED_HOSTS: ours.origin }), openBrowser()]);
    customer = await stack.people.customer();
    const context = await browser.newContext();
    await context.addCookies([{ name: 'access_token', value: customer.accessToken, url: stack.url }]);
    [frontEnd, foreign] = [await context.newPage(), await context.newPage()];
    await Promise.all([frontEnd.goto(ours.origin), foreign.goto(theirs.origin)]);
  });

  afterAll(async () => {
    await browser.close();
    for (const server of pages) server.close();
    await stack.stop();
  });

  const send = (page: Page, method: string, path: string, headers: Record<string, string> = {}): Promise<Seen> =>
    page.evaluate(
      ([url, verb, extra]) =>
        fetch(url, { method: verb, headers: extra, credentials: 'include' }).then(
          ({ status, headers: given }) => ({ status, position: given.get('X-Stream-Position') }),
          () => 'blocked' as const,
        ),
      [stack.url + path, method, headers] as const,
    );

  it('use the REST API with cookie and token if they are allowed', async () => {
    const position = expect.any(String);
    expect(await send(frontEnd, 'GET', '/api/notifications/')).toEqual({ status: 200, position });
    const bearer = { authorization: `Bearer ${customer.accessToken}`, 'idempotency-key': 'k1' };
    expect(await send(frontEnd, 'POST', '/api/notifications/read-all/', bearer)).toMatchObject({ status: 200 });
    expect(await send(frontEnd, 'GET', '/api/auth/me', { authorization: 'Bearer x' })).toMatchObject({ status: 401 });
  });

  it('follow event streams with the cookie if they are allowed', async () => {
    const first = await frontEnd.evaluate<string>(`new Promise((resolve, reject) => {
      const source = new EventSource('${stack.url}/api/notifications/stream/', { withCredentials: true });
      source.addEventListener('connection_established', ({ data }) => { source.close(); resolve(data); });
      source.onerror = () => reject(new Error('the stream failed'));
    })`);
    expect(JSON.parse(first)).toMatchObject({ type: 'connection_established' });
  });

  it('read and change nothing if they are not allowed', async () => {
    const admin = await stack.people.admin();
    const body = { user_id: customer.id, notification_type: 'news', title: 'Unread', message: 'still' };
    await must(stack.url, 'POST /api/notifications/', { token: admin.accessToken, body });
    expect(await send(foreign, 'GET', '/api/notifications/')).toBe('blocked');
    // A simple request, which the browser sends without a preflight.
    expect(await send(foreign, 'POST', '/api/notifications/read-all/')).toBe('blocked');
    expect(await send(foreign, 'POST', '/api/auth/logout')).toBe('blocked');
    const { accessToken: token } = customer;
    expect(await must(stack.url, 'GET /api/notifications/unread-count/', { token })).toEqual({ count: 1 });
  });

  it('open no sockets and no streams if they are not allowed, not even as an image', async () => {
    const outcome = await foreign.evaluate(`Promise.all([
      new Promise((resolve) => {
        const socket = new WebSocket('${stack.url.replace('http', 'ws')}/ws/notifications/');
        socket.onopen = () => resolve('open');
        socket.onerror = () => resolve('refused');
      }),
      // An event stream that began would not end, and so be no error.
      new Promise((resolve) => {
        const image = new Image();
        image.onerror = () => resolve('refused');
        image.src = '${stack.url}/api/notifications/stream/';
      }),
    ])`);
    expect(outcome).toEqual(['refused', 'refused']);
  });
});
