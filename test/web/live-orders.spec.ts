import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import type { Browser, Page } from 'playwright-core';
import { DELIVERY, north } from '../support/scenes/berlin.js';
import { expectText, openBrowser, openPage, signIn } from '../support/clients/browser.js';
import { assign, moveTo, placeOrder, setStatus } from '../support/scenes/order-story.js';
import type { Order } from '../support/scenes/order-story.js';
import type { Person } from '../support/people.js';
import { must } from '../support/clients/rest.js';
import { share } from '../support/scenes/share-story.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

let stack: Stack;
let browser: Browser;
let admin: Person;
let paul: Person;
let carla: Person;
let order: Order;
beforeAll(async () => {
  [stack, browser] = await Promise.all([startStack(), openBrowser()]);
  const { people } = stack;
  [admin, paul, carla] = await Promise.all([people.admin(), people.partner(), people.customer()]);
  order = await assign(stack, admin, await placeOrder(stack, carla, { delivery_location: DELIVERY }), paul);
});
afterAll(async () => {
  await browser.close();
  await stack.stop();
});

async function pageOf(person: Person, url: string): Promise<{ page: Page; problems: string[] }> {
  const opened = await openPage(browser, url);
  await signIn(opened.page, person);
  await opened.page.locator(`#orders li[data-id="${order.id}"] button`).click();
  return opened;
}
const report = (metres: number): Promise<unknown> =>
  must(stack.url, `POST /api/orders/${order.id}/location/`, {
    token: paul.accessToken,
    body: north(metres, DELIVERY),
  });

describe('two pages of one order', () => {
  it('show presence, typing and read receipts', async () => {
    const customer = await pageOf(carla, stack.url);
    await expectText(customer.page, '#presence', 'The partner is offline.');
    const partner = await pageOf(paul, stack.otherUrl);
    for (const { page } of [customer, partner]) await expectText(page, '#presence', 'The partner is online.');

    await partner.page.getByLabel('Message').fill('At the door');
    await expectText(customer.page, '#typing', 'The other side is typing');
    await partner.page.getByRole('button', { name: 'Send', exact: true }).click();
    await expectText(customer.page, '.chat li', 'At the door');
    await expectText(partner.page, '.chat .mine', 'read');
    expect(await customer.page.locator('#typing').textContent()).toBe('');
    await partner.page.close();
    await expectText(customer.page, '#presence', 'The partner is offline.');
    expect([...customer.problems, ...partner.problems]).toEqual([]);
    await customer.page.close();
  });
});

describe('the page of a share link', () => {
  it('follows the order without an account, until it ends', async () => {
    const { page: owner, problems } = await pageOf(carla, stack.url);
    await owner.getByRole('button', { name: 'Share a link' }).click();
    const url = await owner.getByRole('link', { name: 'Follow page' }).getAttribute('href');
    const follower = await openPage(browser, url ?? '');
    await expectText(follower.page, '#order-status', 'Pending.');
    await expectText(follower.page, '#connection', 'Live');

    await moveTo(stack, paul, order, 'out_for_delivery');
    await expectText(follower.page, '#order-status', 'Out for delivery.');
    await report(-1_400);
    await expectText(follower.page, '#location', '1.4 km from the delivery, arrives at');
    await report(-200);
    await expectText(follower.page, '#order-event', 'The partner is near the delivery address.');
    await expectText(owner, '#notifications h3', 'Your partner is nearby');
    await setStatus(stack, paul, order, 'completed');
    await expectText(follower.page, '#order-status', 'Completed.');
    await expectText(follower.page, '#connection', 'The order has ended.');

    await owner.reload();
    await owner.locator(`#orders li[data-id="${order.id}"] button`).click();
    await expectText(owner, '#location', 'The route');
    expect([...problems, ...follower.problems]).toEqual([]);
  });

  it('shows why a link is invalid', async () => {
    const other = await placeOrder(stack, carla);
    const link = await share(stack, carla, other);
    await must(stack.url, `DELETE /api/orders/${other.id}/share/${link.id}/`, { token: carla.accessToken });
    const revoked = await openPage(browser, link.url);
    await expectText(revoked.page, '.problem', 'This link was revoked.');
    const nonsense = await openPage(browser, `${stack.url}/follow/#nonsense`);
    await expectText(nonsense.page, '.problem', 'There is no such link.');
    // Chromium itself logs the status of the answer.
    expect(nonsense.problems).toEqual([expect.stringContaining('404')]);
  });
});
