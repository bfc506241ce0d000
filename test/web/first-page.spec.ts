import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { expectText, openBrowser, openPage, signIn } from '../support/clients/browser.js';
import { assign, partnerId, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let browser: Browser;
let admin: Person;
let paul: Person;
beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  [admin, paul] = await Promise.all([stack.people.admin(), stack.people.partner()]);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

/** A user's page on one node. The other users act on the other node, if there are two. */
async function pageOf(person: Person): Promise<{ page: Page; problems: string[] }> {
  const opened = await openPage(browser, stack.url);
  await signIn(opened.page, person);
  return opened;
}

const notify = (body: object): Promise<{ id: string }> =>
  must(stack.otherUrl, 'POST /api/notifications/', {
    token: admin.accessToken,
    body: { notification_type: 'general', message: 'We close for an hour.', ...body },
  });

describe('the page of a customer', () => {
  it('removes notifications that are retracted or archived elsewhere, and shows them again where they were', async () => {
    const carla = await stack.people.customer();
    const { page, problems } = await pageOf(carla);
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await notify({ user_id: carla.id, title: 'First' });
    const wrong = await notify({ broadcast: true, title: 'Wrong' });
    const away = await notify({ user_id: carla.id, title: 'Put away' });
    await notify({ user_id: carla.id, title: 'Last' });
    await expectText(page, '#unread', '4 unread');
    await must(stack.otherUrl, `POST /api/notifications/${wrong.id}/retract/`, { token: admin.accessToken });
    await expectText(page, '#unread', '3 unread');
    const change = (what: string) =>
      must(stack.otherUrl, `POST /api/notifications/${away.id}/${what}/`, { token: carla.accessToken });
    await change('archive');
    await expectText(page, '#unread', '2 unread');
    const item = page.locator('#notifications h3', { hasText: 'Put away' });
    await item.waitFor({ state: 'detached' });
    const titles = () => page.locator('#notifications h3').allTextContents();
    expect((await titles()).slice(0, 2)).toEqual(['Last', 'First']);
    await change('unarchive');
    await expectText(page, '#unread', '3 unread');
    await item.waitFor();
    expect((await titles()).slice(0, 3)).toEqual(['Last', 'Put away', 'First']);
    expect(problems).toEqual([]);
  });

  it('shows a notification live, as text, and marks it as read', async () => {
    const carla = await stack.people.customer();
    const { page, problems } = await pageOf(carla);
    // She registered elsewhere, so the browser is a new device.
    await expectText(page, '#notifications h3', 'New sign-in to your account');
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await expectText(page, '#unread', 'none unread');

    await notify({ user_id: carla.id, title: '<img src=x onerror=alert(1)>' });
    await expectText(page, '#notifications h3', '<img src=x onerror=alert(1)>');
    await expectText(page, '#unread', '1 unread');
    expect(await page.locator('#notifications img').count()).toBe(0);

    await notify({ broadcast: true, title: 'Tonight at ten' });
    await expectText(page, '#notifications h3', 'Tonight at ten');
    await expectText(page, '#unread', '2 unread');

    await page.getByRole('button', { name: 'Mark “Tonight at ten” as read' }).click();
    await expectText(page, '#unread', '1 unread');
    await page.getByRole('button', { name: 'Mark all read' }).click();
    await expectText(page, '#unread', 'none unread');
    expect(problems).toEqual([]);
  });

  it('shows all changes of an order by other users', async () => {
    const carla = await stack.people.customer();
    const { page, problems } = await pageOf(carla);
    await page.getByRole('button', { name: 'Order', exact: true }).click();
    await expectText(page, '#order-status', 'Pending, waiting for a partner.');
    const { results } = await must<{ results: Order[] }>(stack.otherUrl, 'GET /api/orders/', {
      token: carla.accessToken,
    });
    const order = results[0] as Order;
    await expectText(page, '#order', order.id);

    await assign(stack, admin, order, paul);
    await expectText(page, '#order-status', 'Pending, assigned to a partner.');
    await expectText(page, '.history li', 'Assigned to a partner');

    for (const [status, shown] of [
      ['confirmed', 'Confirmed.'],
      ['picked_up', 'Picked up.'],
    ] as const) {
      await setStatus(stack, paul, order, status);
      await expectText(page, '#order-status', shown);
    }
    await must(stack.otherUrl, `POST /api/orders/${order.id}/location/`, {
      token: paul.accessToken,
      body: { latitude: 52.5186, longitude: 13.3761 },
    });
    await expectText(page, '#location', '52.51860, 13.37610');
    await page.locator('.map .here').waitFor();

    await page.getByLabel('Message').fill('Ring twice');
    await page.getByRole('button', { name: 'Send' }).click();
    await expectText(page, '.chat .mine', 'Ring twice');
    await must(stack.otherUrl, `POST /api/orders/${order.id}/messages/`, {
      token: paul.accessToken,
      body: { text: 'At the door' },
    });
    await expectText(page, '.chat', 'At the door');

    for (const status of ['in_progress', 'ready', 'out_for_delivery', 'completed']) {
      await setStatus(stack, paul, order, status);
    }
    await expectText(page, '#order-status', 'Completed.');
    await expectText(page, '#orders .status', 'Completed');
    await expectText(page, '#notifications h3', 'Order completed');
    await expectText(page, '.history li:last-child', 'Completed');
    expect(await page.locator('.chat li').count()).toBe(2);
    expect(problems).toEqual([]);
  });

  it('stays signed in after a reload, and is signed out everywhere when the session ends', async () => {
    const carla = await stack.people.customer('Carla of the reload');
    const { page } = await pageOf(carla);
    await page.reload();
    await expectText(page, '#who-name', 'Carla of the reload');
    await expectText(page, '#connection', 'Live');

    const token = await page.evaluate<string>("JSON.parse(sessionStorage.getItem('tidings.session')).access_token");
    await must(stack.otherUrl, 'POST /api/auth/logout', { token });
    await expectText(page, '#toast', 'You were signed out.');
    await page.getByLabel('E-mail').waitFor();
  });

  it('shows why a sign-in failed', async () => {
    const { page } = await openPage(browser, stack.url);
    await page.getByLabel('E-mail').fill('nobody@example.com');
    await page.getByLabel('Password').fill('not the password');
    await page.getByRole('button', { name: 'Sign in', exact: true }).click();
    await expectText(page, '#sign-in-problem', 'The e-mail address or the password is wrong.');
  });
});

describe('the pages of a partner and an administrator', () => {
  it('handle an order from assignment to earning', async () => {
    const [carla, pat] = await Promise.all([stack.people.customer(), stack.people.partner()]);
    const order = await must<Order>(stack.otherUrl, 'POST /api/orders/', {
      token: carla.accessToken,
      body: {
        pickup_address: '1 Main Street',
        delivery_address: `Door of ${carla.id}`,
        items: [{ name: 'Shirts', quantity: 3, unit_price: 8.5 }],
      },
    });
    const [partners, admins] = await Promise.all([pageOf(pat), pageOf(admin)]);

    await admins.page.locator(`#orders li[data-id="${order.id}"] button`).click();
    await admins.page.getByLabel('Partner id').fill(await partnerId(stack, pat));
    await admins.page.getByRole('button', { name: 'Assign', exact: true }).click();
    await expectText(admins.page, '#order-status', 'Pending, assigned to a partner.');

    await partners.page.locator(`#orders li[data-id="${order.id}"] button`).click();
    await partners.page.getByRole('button', { name: 'Send location' }).click();
    await expectText(admins.page, '#location', '52.51862, 13.37618');
    for (const name of ['Confirm', 'Picked up', 'Start work', 'Ready', 'Set out', 'Complete']) {
      await partners.page.getByRole('button', { name, exact: true }).click();
    }
    await expectText(partners.page, '#earnings', '25.50');
    await expectText(admins.page, '#order-status', 'Completed.');
    expect([...partners.problems, ...admins.problems]).toEqual([]);
  });

  it('notify one user', async () => {
    const carla = await stack.people.customer();
    const [customers, admins] = await Promise.all([pageOf(carla), pageOf(admin)]);
    await admins.page.getByLabel('one user').check();
    await admins.page.getByLabel('User id').fill(carla.id);
    await admins.page.getByLabel('Title').fill('For you alone');
    await admins.page.getByLabel('Message').fill('Only you read this.');
    await admins.page.locator('#send button').click();
    await expectText(customers.page, '#notifications h3', 'For you alone');
  });
});
