import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page, WebSocketRoute } from 'playwright-core';
import { expectText, openBrowser, openPage, signIn } from '../support/clients/browser.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let browser: Browser;
let admin: Person;
beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  admin = await stack.people.admin();
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

interface Wire {
  readonly page: Page;
  readonly carla: Person;
  /** The notification sockets in the order in which they were opened. Only the page sees `close`. */
  readonly sockets: WebSocketRoute[];
  readonly addresses: URL[];
  /** Further sockets wait for this before they connect. */
  open: Promise<unknown>;
}

/** A user's page, with control over its connection. */
async function pageWithWire(): Promise<Wire> {
  const carla = await stack.people.customer();
  const { page } = await openPage(browser, stack.url);
  const wire: Wire = { page, carla, sockets: [], addresses: [], open: Promise.resolve() };
  await page.routeWebSocket(/\/ws\/notifications/, async (socket) => {
    wire.sockets.push(socket);
    wire.addresses.push(new URL(socket.url()));
    await wire.open;
    socket.connectToServer();
  });
  await signIn(page, carla);
  return wire;
}

const notify = (user: Person, title: string): Promise<unknown> =>
  must(stack.otherUrl, 'POST /api/notifications/', {
    token: admin.accessToken,
    body: { user_id: user.id, notification_type: 'general', title, message: 'A message.' },
  });

describe('a page that lost its socket', () => {
  it('resumes at the last position, and shows the missed messages once', async () => {
    const wire = await pageWithWire();
    const { page, carla, sockets, addresses } = wire;
    await notify(carla, 'Before');
    await expectText(page, '#notifications h3', 'Before');

    let letThrough: () => void = () => undefined;
    wire.open = new Promise<void>((resolve) => (letThrough = resolve));
    await sockets[0]?.close({ code: 1012, reason: 'restart' });
    await expectText(page, '#connection', 'Connecting');
    await notify(carla, 'Meanwhile');
    letThrough();

    await expectText(page, '#notifications h3', 'Meanwhile');
    await expectText(page, '#connection', 'Live');
    // The third one is the notification about the sign-in with a browser.
    await expectText(page, '#unread', '3 unread');
    expect(await page.locator('#notifications li').count()).toBe(3);
    expect(addresses[1]?.searchParams.get('since')).not.toBe(addresses[0]?.searchParams.get('since'));
  });

  it('requests a new token when the old one has expired', async () => {
    const { page, sockets } = await pageWithWire();
    const asked = page.waitForRequest(/realtime\/token/);
    await sockets[0]?.close({ code: 4203, reason: 'token expired' });
    await asked;
    await expectText(page, '#connection', 'Live');
    expect(sockets).toHaveLength(2);
  });

  it('does not reconnect after a final close code, and shows the reason', async () => {
    const { page, sockets } = await pageWithWire();
    await sockets[0]?.close({ code: 4008, reason: 'too many connections' });
    await expectText(page, '#connection', 'Not connected: too many connections');
    expect(sockets).toHaveLength(1);
  });
});
