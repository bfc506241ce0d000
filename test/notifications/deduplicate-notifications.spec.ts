import { describe, expect, it } from '@jest/globals';
import type { Problem } from '../support/clients/ask.js';
import { admin, ask, stack, setScene } from '../support/scenes/notification-scene.js';
import { CONTENT, titles } from '../support/scenes/notification-story.js';
import type { Notification } from '../support/scenes/notification-story.js';

setScene();

const send = (body: object) => ask<Notification>('POST /api/notifications/', admin, { ...CONTENT, ...body });

describe('requests with the same dedupe_key', () => {
  it('send one notification, and get the answer to the first one, whatever their content', async () => {
    const carla = await stack.people.customer();
    const dedupe_key = `ready-${carla.id}`;
    const first = await send({
      user_id: carla.id,
      title: 'First',
      dedupe_key,
      data: { a: 1, _: 12345678901234567890n },
    });
    const again = await send({ user_id: carla.id, title: 'Second', dedupe_key });
    expect([again.status, again.body]).toEqual([201, first.body]);
    expect((await send({ user_id: carla.id, title: 'Other key', dedupe_key: `${dedupe_key}-2` })).status).toBe(201);
    expect(await titles(ask, carla)).toEqual(['Other key', 'First']);
  });

  it('send one notification if they arrive at the same time', async () => {
    const carla = await stack.people.customer();
    const dedupe_key = `busy-${carla.id}`;
    const answers = await Promise.all(Array.from({ length: 8 }, () => send({ user_ids: [carla.id], dedupe_key })));
    expect(answers.map(({ status }) => status)).toEqual(Array(8).fill(201));
    expect(new Set(answers.map(({ body }) => JSON.stringify(body))).size).toBe(1);
    expect(await titles(ask, carla)).toHaveLength(1);
  });

  it('send again after the window, and a rejected request does not use the key up', async () => {
    const carla = await stack.people.customer();
    const key = { dedupe_key: `window-${carla.id}`, dedupe_window_s: 1 };
    expect((await send({ user_id: 'nobody', ...key })).status).toBe(404);
    const first = await send({ user_id: carla.id, ...key });
    let last = first;
    while (last.body.id === first.body.id) last = await send({ user_id: carla.id, ...key });
    expect(Date.parse(last.body.created_at) - Date.parse(first.body.created_at)).toBeGreaterThanOrEqual(1_000);
    expect(await titles(ask, carla)).toHaveLength(2);
  });

  it('apply to batches too', async () => {
    const carla = await stack.people.customer();
    const send_at = new Date(Date.now() + 3_600_000).toISOString();
    const body = { user_id: carla.id, send_at, dedupe_key: `batch-${carla.id}` };
    const [first, again] = [await send(body), await send(body)];
    expect([again.status, again.body]).toEqual([first.status, first.body]);
  });

  it.each([
    { dedupe_key: '' },
    { dedupe_key: 'x'.repeat(129) },
    { dedupe_key: 'k', dedupe_window_s: 0 },
    { dedupe_key: 'k', dedupe_window_s: 604_801 },
  ])('are rejected if the key or the window is invalid: %j', async (members) => {
    const answer = await ask<Problem>('POST /api/notifications/', admin, { ...CONTENT, user_id: admin.id, ...members });
    expect(answer).toMatchObject({
      status: 400,
      body: { errors: [{ pointer: expect.stringContaining('#/dedupe_') }] },
    });
  });
});
