import { beforeEach, describe, expect, it } from '@jest/globals';
import { DELIVERY, north, PICKUP } from '../support/scenes/berlin.js';
import { follow } from '../support/clients/follow.js';
import { carla, order, path, paul, setScene, stack, takeOrder } from '../support/scenes/order-scene.js';
import { moveTo, placeOrder, setStatus } from '../support/scenes/order-story.js';
import { must, rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import type { SocketClient } from '../support/clients/socket-client.js';

setScene();

let customer: SocketClient;
async function begin(members: object = {}): Promise<void> {
  await takeOrder(members);
  customer = (await follow(stack, path, carla)).socket;
}
const report = (body: object): Promise<RestAnswer<{ eta?: { seconds: number } }>> =>
  rest(stack.url, `POST /api/orders/${order.id}/location/`, { token: paul.accessToken, body });
const get = <T>(path: string, person = carla): Promise<T> =>
  must<T>(stack.otherUrl, `GET /api/orders/${order.id}/${path}`, { token: person.accessToken });
const expectEvent = (event: string, place: string): Promise<unknown> =>
  customer.expectMessage({
    type: 'order_update',
    update: { order_id: order.id, event, place, updated_at: expect.any(String) },
    position: expect.any(String),
  });

describe('coordinates of an order', () => {
  it('are returned if they were given, and absent otherwise', async () => {
    const given = { pickup_location: PICKUP, delivery_location: DELIVERY };
    const placed = await placeOrder(stack, carla, given);
    expect(placed).toMatchObject(given);
    const line = `GET /api/orders/${placed.id}/`;
    expect(await must(stack.url, line, { token: carla.accessToken })).toEqual(placed);
    for (const without of [{}, { pickup_location: null }]) {
      expect(Object.keys(await placeOrder(stack, carla, without))).not.toContain('pickup_location');
    }
  });

  it.each([
    [{ pickup_location: {} }, '#/pickup_location/latitude'],
    [{ delivery_location: { latitude: 91, longitude: 0 } }, '#/delivery_location/latitude'],
    [{ delivery_location: { latitude: 1, longitude: '0' } }, '#/delivery_location/longitude'],
    [{ pickup_location: [1, 2] }, '#/pickup_location'],
    [{ pickup_location: 'here' }, '#/pickup_location'],
  ])('cannot be %j', async (members, pointer) => {
    const body = { pickup_address: 'a', delivery_address: 'b', items: [{ name: 'c', quantity: 1, unit_price: 1 }] };
    const answer = await rest<{ errors: object[] }>(stack.url, 'POST /api/orders/', {
      token: carla.accessToken,
      body: { ...body, ...members },
    });
    expect(answer.status).toBe(400);
    expect(answer.body.errors).toContainEqual(expect.objectContaining({ pointer }));
  });
});

describe('a partner on the way', () => {
  beforeEach(() => begin({ pickup_location: PICKUP, delivery_location: DELIVERY }));

  it('is nearby and arrives once at each address, in the right order', async () => {
    await report(north(1_000));
    await customer.expectMessage('location');
    await report(north(400));
    await customer.expectMessage('location');
    await expectEvent('nearby', 'pickup');
    for (const metres of [600, 300, 450]) {
      await report(north(metres));
      await customer.expectMessage('location');
    }
    await report(north(50));
    await customer.expectMessage('location');
    await expectEvent('arrived', 'pickup');
    await moveTo(stack, paul, order, 'ready');
    for (let step = 0; step < 4; step += 1) await customer.expectMessage('order_update');
    // The partner is already at the delivery address, but has nothing to deliver yet.
    for (const status of [422, 200]) expect((await report(DELIVERY)).status).toBe(status);
    await customer.expectMessage('location');
    await customer.expectNothing();
    await setStatus(stack, paul, order, 'out_for_delivery');
    await customer.expectMessage({ type: 'order_update', update: { status: 'out_for_delivery' } });
    await report(DELIVERY);
    await customer.expectMessage('location');
    await expectEvent('nearby', 'delivery');
    await expectEvent('arrived', 'delivery');
    await report(DELIVERY);
    await customer.expectMessage('location');
    await customer.expectNothing();
  });

  it('is announced once, even if several nodes detect it at the same time', async () => {
    await customer.close();
    // How many locations are published depends on their order: a location that is older than the current one is not
    // published.
    const { socket } = await follow(stack, path, carla, { ignore: ['location', 'presence'] });
    const urls = [stack.url, stack.otherUrl, stack.url, stack.otherUrl];
    const line = `POST /api/orders/${order.id}/location/`;
    const seen = urls.map((url) => must(url, line, { token: paul.accessToken, body: PICKUP }));
    await Promise.all(seen);
    await socket.expectMessage({ update: { event: 'nearby' } });
    await socket.expectMessage({ update: { event: 'arrived' } });
    await socket.expectNothing();
  });

  it('causes a notification to the customer, and a message to a socket that resumes', async () => {
    const { socket, greeting } = await follow(stack, `/ws/orders/${order.id}/`, carla);
    await socket.close();
    await report(north(100));
    const { results } = await must<{ results: unknown[] }>(stack.url, 'GET /api/notifications/?limit=1', {
      token: carla.accessToken,
    });
    expect(results[0]).toMatchObject({
      notification_type: 'order_update',
      title: 'Your partner is nearby',
      data: { order_id: order.id, event: 'nearby', place: 'pickup' },
    });
    const back = await follow(stack, `/ws/orders/${order.id}/`, carla, { since: greeting.position });
    await back.socket.expectMessage({ type: 'order_update', update: { event: 'nearby', place: 'pickup' } });
    await customer.expectMessages('location', 'order_update');
  });

  it('causes one notification of a jump to the address, of the arrival', async () => {
    await report(PICKUP);
    await customer.expectMessage('location');
    await expectEvent('nearby', 'pickup');
    await expectEvent('arrived', 'pickup');
    const { results } = await must<{ results: { data: object }[] }>(stack.url, 'GET /api/notifications/?limit=100', {
      token: carla.accessToken,
    });
    const ofOrder = results.filter(({ data }) => 'order_id' in data && data.order_id === order.id);
    expect(ofOrder).toMatchObject([{ title: 'Your partner has arrived', data: { event: 'arrived', place: 'pickup' } }]);
  });

  it('is not nearby if the position is too inaccurate', async () => {
    await report({ ...PICKUP, accuracy: 3_000 });
    await customer.expectMessage('location');
    await customer.expectNothing();
  });

  it('has a time of arrival, based on the speed of the last positions', async () => {
    const start = Date.now() - 60_000;
    const drive = (second: number): object => ({
      ...north(3_000 - 20 * second),
      timestamp: new Date(start + second * 1_000).toISOString(),
    });
    // The speed is unknown, so six metres a second are assumed, with a route a third longer than the straight line.
    const first = await toldTo(drive(0));
    expect(first.eta).toMatchObject({ place: 'pickup', distance_m: 3_000, seconds: 650 });
    const later = await toldTo(drive(50));
    expect(later.eta).toMatchObject({ place: 'pickup', distance_m: 2_000, seconds: 130 });
    expect(Math.abs(Date.parse(later.eta.arrives_at) - Date.now() - 130_000)).toBeLessThan(5_000);
    expect(await get('location/')).toMatchObject({ eta: { distance_m: 2_000, seconds: 130 } });
  });

  async function toldTo(body: object): Promise<{ eta: { arrives_at: string } }> {
    await report(body);
    return customer.expectMessage<{ eta: { arrives_at: string } }>('location');
  }
});
