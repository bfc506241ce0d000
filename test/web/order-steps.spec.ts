import { afterAll, beforeAll, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { expectText, openBrowser, openPage, signIn } from '../support/clients/browser.js';
import { follow } from '../support/clients/follow.js';
import { assign, placeOrder, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import type { Expected, SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let browser: Browser;
beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** An action of a user, and the expected text on the customer's page and message on the customer's socket. */
interface Step {
  readonly act: () => Promise<unknown>;
  readonly page: readonly [selector: string, text: string];
  readonly socket: Expected;
}

/** The remaining steps of an order, with a location after the pick-up. */
function life(order: Order, admin: Person, paul: Person): Step[] {
  const status = (name: string, shown: string): Step => ({
    act: () => setStatus(stack, paul, order, name),
    page: ['#order-status', shown],
    socket: { type: 'order_update', update: { status: name } },
  });
  const location: Step = {
    act: () =>
      must(stack.url, `POST /api/orders/${order.id}/location/`, {
        token: paul.accessToken,
        body: { latitude: 52.5186, longitude: 13.3761 },
      }),
    page: ['#location', '52.51860, 13.37610'],
    socket: { type: 'location', latitude: 52.5186 },
  };
  const assigned: Step = {
    act: () => assign(stack, admin, order, paul),
    page: ['#order-status', 'Pending, assigned to a partner.'],
    socket: { type: 'order_update', update: { status: 'pending' } },
  };
  return [
    assigned,
    status('confirmed', 'Confirmed.'),
    status('picked_up', 'Picked up.'),
    location,
    status('in_progress', 'In progress.'),
    status('ready', 'Ready.'),
    status('out_for_delivery', 'Out for delivery.'),
    status('completed', 'Completed.'),
  ];
}

async function expectStep({ act, page: [selector, text], socket: expected }: Step, page: Page, socket: SocketClient) {
  await act();
  await Promise.all([expectText(page, selector, text), socket.expectMessage(expected)]);
}

it('a page and a socket show a notification and each step of an order', async () => {
  const { people } = stack;
  const [admin, carla, paul] = await Promise.all([people.admin(), people.customer(), people.partner()]);
  const order = await placeOrder(stack, carla);
  const { page } = await openPage(browser, stack.otherUrl);
  await signIn(page, carla);
  await page.locator(`#orders li[data-id="${order.id}"] button`).click();
  await expectText(page, '#order-status', 'Pending, waiting for a partner.');
  const notifications = await follow(stack, '/ws/notifications/', carla, { ignore: ['unread_count'] });
  const orders = await follow(stack, `/ws/orders/${order.id}/`, carla);
  const earnings = await follow(stack, '/ws/partner/', paul, { ignore: ['new_order'] });

  const notified: Step = {
    act: () =>
      must(stack.url, 'POST /api/notifications/', {
        token: admin.accessToken,
        body: { user_id: carla.id, notification_type: 'general', title: 'Tonight at ten', message: 'We close.' },
      }),
    page: ['#notifications h3', 'Tonight at ten'],
    socket: { type: 'notification', notification: { title: 'Tonight at ten' } },
  };
  await expectStep(notified, page, notifications.socket);
  for (const step of life(order, admin, paul)) await expectStep(step, page, orders.socket);

  await earnings.socket.expectMessage({ type: 'earnings_update', amount: 25.5, order_id: order.id });
  await expectText(page, '#notifications h3', 'Order completed');
  for (const status of ['confirmed', 'picked up', 'in progress', 'ready', 'out for delivery', 'completed']) {
    await notifications.socket.expectMessage({ type: 'notification', notification: { title: `Order ${status}` } });
  }
});
