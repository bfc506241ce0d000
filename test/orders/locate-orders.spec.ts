import { beforeEach, describe, expect, it } from '@jest/globals';
import { north, PICKUP } from '../support/scenes/berlin.js';
import { follow } from '../support/clients/follow.js';
import { admin, carla, order, path, paul, setScene, stack, takeOrder } from '../support/scenes/order-scene.js';
import { assign } from '../support/scenes/order-story.js';
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

describe('positions', () => {
  beforeEach(() => begin());

  it('have no time of arrival if the order has no coordinates', async () => {
    await report(PICKUP);
    expect(await customer.expectMessage('location')).not.toHaveProperty('eta');
  });

  it('have the same form in the answer, on the socket and when they are read again', async () => {
    const { body: location } = await report({ ...PICKUP, accuracy: 8, heading: null });
    expect(location).toEqual({ ...PICKUP, accuracy: 8, timestamp: expect.any(String) });
    expect(await customer.expectMessage('location')).toEqual({ type: 'location', ...location });
    expect(await get('location/')).toEqual(location);
  });

  it('can have numbers close to zero', async () => {
    const answer = await report({ latitude: 5e-324, longitude: -1e-300, accuracy: 1e-300, heading: 5e-324 });
    expect(answer.status).toBeLessThan(300);
    await customer.expectMessage('location');
    expect((await get<{ results: unknown[] }>('track/')).results).toMatchObject([{ accuracy: 0, heading: 0 }]);
  });

  it('are rejected and not published if they imply an implausible speed', async () => {
    await report(PICKUP);
    await customer.expectMessage('location');
    for (const far of [
      { latitude: 48.85, longitude: 2.35 },
      { latitude: 0, longitude: 0 },
    ]) {
      const answer = await report(far);
      expect(answer).toMatchObject({
        status: 422,
        body: { errors: [{ pointer: '#/latitude' }, { pointer: '#/longitude' }] },
      });
    }
    const { socket: driver } = await follow(stack, `/ws/orders/${order.id}/`, paul);
    driver.send({ type: 'location_update', latitude: -33.9, longitude: 151.2, request_id: 1 });
    const error = await driver.expectMessage('error');
    // With two nodes, the node of the driver knows the first positions only from the track.
    expect(error).toMatchObject({ code: 'invalid_message', request_id: 1, errors: [{ pointer: '#/latitude' }, {}] });
    await report(north(50));
    for (const socket of [customer, driver])
      await socket.expectMessage({ type: 'location', latitude: expect.closeTo(52.50045, 4) });
    await customer.expectNothing();
    expect((await get<{ results: unknown[] }>('track/')).results).toHaveLength(1);
  });

  it('are accepted if the next one confirms them', async () => {
    await report(PICKUP);
    await customer.expectMessage('location');
    const paris = { latitude: 48.85, longitude: 2.35 };
    expect((await report(paris)).status).toBe(422);
    expect((await report(north(30, paris))).status).toBe(200);
    await customer.expectMessage({ type: 'location', longitude: 2.35 });
  });

  it('are rejected if they are in the future, days old, or implausibly inaccurate', async () => {
    const ahead = (ms: number): string => new Date(Date.now() + ms).toISOString();
    for (const timestamp of [
      '2099-01-01T00:00:00Z',
      ahead(60_000),
      ahead(-25 * 3_600_000),
      '1970-01-01T00:00:00Z',
      0,
    ]) {
      const answer = await report({ ...PICKUP, timestamp });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/timestamp' }] } });
    }
    for (const accuracy of [1e39, 20_000_001, -1]) {
      const answer = await report({ ...PICKUP, accuracy });
      expect(answer).toMatchObject({ status: 400, body: { errors: [{ pointer: '#/accuracy' }] } });
    }
    const { socket: driver } = await follow(stack, path, paul, { ignore: ['presence'] });
    driver.send({ type: 'location_update', ...PICKUP, timestamp: ahead(60_000) });
    await driver.expectMessage({ type: 'error', code: 'invalid_message', errors: [{ pointer: '#/timestamp' }] });
    await customer.expectNothing();
    // A clock that is slightly fast does not make the next position count as older.
    expect((await report({ ...PICKUP, timestamp: ahead(5_000) })).status).toBe(200);
    await report(north(10));
    for (const latitude of [PICKUP.latitude, north(10).latitude]) {
      for (const socket of [customer, driver]) await socket.expectMessage({ type: 'location', latitude });
    }
  });

  it('are added to the track if they arrive late, and do not become the current one', async () => {
    const ago = (s: number): string => new Date(Date.now() - s * 1_000).toISOString();
    await report({ ...PICKUP, timestamp: ago(120) });
    await report({ ...north(500), timestamp: ago(60) });
    const late = await report({ ...north(200), timestamp: ago(90) });
    expect(late).toMatchObject({ status: 200, body: { latitude: north(200).latitude } });
    for (const { latitude } of [PICKUP, north(500)]) await customer.expectMessage({ type: 'location', latitude });
    await customer.expectNothing();
    expect(await get('location/')).toMatchObject({ latitude: north(500).latitude });
    const { results } = await get<{ results: object[] }>('track/');
    expect(results).toMatchObject([PICKUP, north(200), north(500)].map(({ latitude }) => ({ latitude })));
  });

  it('are published a few times a second if many arrive, including the last position', async () => {
    const { socket: driver } = await follow(stack, `/ws/orders/${order.id}/`, paul, {
      ignore: ['location', 'presence'],
    });
    for (let step = 1; step <= 60; step += 1) {
      driver.send({ type: 'location_update', ...north(step), request_id: step });
    }
    for (let step = 1; step <= 60; step += 1) await driver.expectMessage({ type: 'accepted', request_id: step });
    let told = 0;
    for (let last = 0; last < north(60).latitude; told += 1) {
      last = (await customer.expectMessage<{ latitude: number }>('location')).latitude;
    }
    expect(told).toBeGreaterThan(9);
    expect(told).toBeLessThan(40);
    await customer.expectNothing();
  });

  it('of the former partner do not affect the plausibility of the next one', async () => {
    await report(PICKUP);
    await customer.expectMessage('location');
    const rival = await stack.people.partner();
    await assign(stack, admin, order, rival);
    await customer.expectMessage('order_update');
    const body = { latitude: 48.1, longitude: 11.5 };
    await must(stack.url, `POST /api/orders/${order.id}/location/`, { token: rival.accessToken, body });
    await customer.expectMessage({ type: 'location', ...body });
  });
});
