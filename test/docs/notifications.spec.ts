import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { deliveries, until } from '../deliveries/delivery-story.js';
import type { Delivery } from '../deliveries/delivery-story.js';
import { askOf } from '../support/clients/ask.js';
import { markedBlocks } from '../support/documents/document.js';
import { FcmPeer } from '../support/peers/fcm-peer.js';
import { follow } from '../support/clients/follow.js';
import { MailServer } from '../support/peers/mail-server.js';
import type { Person } from '../support/people.js';
import { PushServicePeer } from '../support/peers/push-service-peer.js';
import { must } from '../support/clients/rest.js';
import type { SocketClient } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { Terminal } from '../support/clients/terminal.js';
import { comparable, tourSteps } from '../support/documents/tour.js';
import { TwilioPeer } from '../support/peers/twilio-peer.js';

const ROOT = join(import.meta.dirname, '../..');
const DOCUMENT = 'docs/notifications.md';
const UUID = /[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[0-9a-f]{4}-[0-9a-f]{12}/g;
const QUIET = { ignore: ['unread_count'] };

const checked = new Set<string>();

function block(kind: string, label: string): string {
  const found = markedBlocks(DOCUMENT, kind).find((each) => each.label === label);
  if (!found) throw new Error(`${DOCUMENT} has no block "${kind}: ${label}"`);
  return found.text;
}

/** Compares answers, or lines of text, with the block of this label; parts that differ between runs are ignored. */
function expectAnswers(label: string, ...answers: readonly unknown[]): void {
  const lines = answers.map((answer) => (typeof answer === 'string' ? answer : JSON.stringify(answer)));
  const plain = (text: string): string[] =>
    comparable(
      text
        .replaceAll(/^ +/gm, '')
        .replaceAll(/127\.0\.0\.1:\d+/g, 'HOST')
        .replaceAll(/"[\w-]{87}"/g, '"KEY"'),
    );
  expect(plain(lines.join('\n'))).toEqual(plain(block('answers', label)));
  checked.add(label);
}

/** A service with demo data, a reader at a terminal who has entered the first block of the tour, and the two people of the examples. */
class Desk {
  readonly ask = askOf(() => this.stack);

  private constructor(
    readonly stack: Stack,
    private readonly terminal: Terminal,
    readonly carla: Person,
    readonly admin: Person,
  ) {}

  static async open(settings: Readonly<Record<string, string>>): Promise<Desk> {
    const stack = await startStack({ DEMO_DATA: 'true', JOB_RETRIES: '0', JOB_RETRY_DELAY: '0', ...settings });
    const terminal = new Terminal(ROOT);
    const [setUp] = tourSteps(readFileSync(join(ROOT, 'docs/tour.md'), 'utf8'));
    terminal.type((setUp?.text ?? '').replace('http://localhost:8000', stack.url));
    terminal.type(`${block('typed', 'me')}echo signed in`);
    await terminal.read(1, 'that the reader has signed in');
    const [carla, admin] = [
      await stack.people.signIn('customer@example.com'),
      await stack.people.signIn('admin@example.com'),
    ];
    return new Desk(stack, terminal, carla, admin);
  }

  async close(): Promise<void> {
    this.terminal.end();
    await this.stack.stop();
  }

  /** Enters the command of this label; returns the line that it prints. `ids` replace those of the document, in order. */
  async type(label: string, ...ids: readonly string[]): Promise<string> {
    const left = [...ids];
    this.terminal.type(block('typed', label).replaceAll(UUID, (id) => left.shift() ?? id));
    const [line = ''] = await this.terminal.read(1, `what "${label}" prints`);
    return line;
  }

  /** Enters the command of this label and compares its output with the answer of the same label. */
  async expectPrinted(label: string, ...ids: readonly string[]): Promise<{ id: string; batch_id: string }> {
    const line = await this.type(label, ...ids);
    expectAnswers(label, line);
    return JSON.parse(line) as { id: string; batch_id: string };
  }

  async notify(body: object): Promise<string> {
    const complete = {
      user_id: this.carla.id,
      notification_type: 'general',
      title: 'Your shirts',
      message: 'They are ready.',
      ...body,
    };
    const path = 'POST /api/notifications/';
    return (await must<{ id: string }>(this.stack.url, path, { token: this.admin.accessToken, body: complete })).id;
  }

  async of(id: string, channel: string): Promise<Delivery | undefined> {
    return (await deliveries(this.ask, this.carla, id)).find((each) => each.channel === channel);
  }

  async answer(line: string, person = this.carla): Promise<unknown> {
    return (await this.ask(line, person)).body;
  }

  async socket(person = this.carla, options: { ignore?: string[] } = {}): Promise<SocketClient> {
    return (await follow(this.stack, '/ws/notifications/', person, options)).socket;
  }
}

describe('docs/notifications.md, with e-mail and a file of types', () => {
  let desk: Desk;
  let mailServer: MailServer;
  const folder = mkdtempSync(join(tmpdir(), 'tidings-types-'));

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    writeFileSync(join(folder, 'types.json'), block('file', 'types.json'));
    desk = await Desk.open({ SMTP_URL: mailServer.url, NOTIFICATION_TYPES_FILE: join(folder, 'types.json') });
  });
  afterAll(async () => {
    await desk.close();
    await mailServer.stop();
    rmSync(folder, { recursive: true });
  });

  it('shows the results of a notification: the answer, messages on the socket, its record, acknowledgements and marks', async () => {
    const socket = await desk.socket();
    const { id } = await desk.expectPrinted('send');
    const frames = await socket.expectMessages('notification', 'unread_count', 'notification_status');
    expectAnswers('live', ...frames);
    await until(desk.ask, desk.carla, id, 'websocket', 'sent');
    expectAnswers('deliveries', await desk.answer(`GET /api/notifications/${id}/deliveries/`));

    const { position } = frames[0] as unknown as { position: string };
    socket.send({ ...(JSON.parse(block('sent', 'ack')) as object), position });
    expectAnswers('acknowledged', await socket.expectMessage('notification_status'));

    for (const line of [
      'POST seen/',
      `POST ${id}/read/`,
      `POST ${id}/archive/`,
      `POST ${id}/unarchive/`,
      `DELETE ${id}/`,
    ]) {
      await desk.answer(line.replace(' ', ' /api/notifications/'));
    }
    const changes = ['seen', 'read', 'archived', 'unarchived', 'deleted'].map((what) => `notification_${what}`);
    const received = await socket.expectMessages(...changes, 'unread_count');
    expectAnswers('read and deleted', ...received.slice(0, changes.length));

    await desk.expectPrinted('retract', await desk.notify({ channels: ['websocket'] }));
    const [, , retracted] = await socket.expectMessages(
      'notification',
      'unread_count',
      'notification_retracted',
      'unread_count',
    );
    expectAnswers('retracted', retracted);
    await socket.close();
  });

  it('shows an escalation, what ends it, and its explanation', async () => {
    const { id } = JSON.parse(await desk.type('escalate')) as { id: string };
    expectAnswers('escalation', await desk.answer(`GET /api/notifications/${id}/deliveries/`));
    await desk.answer(`POST /api/notifications/${id}/read/`);
    expectAnswers('escalation over', await desk.of(id, 'email'));
    expectAnswers('explain', await desk.answer(`GET /api/notifications/${id}/explain/`));
  });

  it('shows profile, preferences, and texts in the language of the reader', async () => {
    await desk.expectPrinted('profile');
    await desk.expectPrinted('wrong phone');
    await desk.expectPrinted('parcels');
    const body = { user_id: desk.carla.id, notification_type: 'parcels', data: { shop: 'Müller & Co' } };
    expectAnswers('missing data', (await desk.ask('POST /api/notifications/', desk.admin, body)).body);
    await desk.expectPrinted('preview');
    await desk.expectPrinted('preferences');
    await desk.ask('PUT /api/notifications/preferences/', desk.carla, { digest: 'daily' });
    expectAnswers('digest', await desk.of(await desk.notify({}), 'email'));
    await desk.ask('PUT /api/notifications/preferences/', desk.carla, {});
  });

  it('shows scheduled and large batches', async () => {
    const { batch_id } = await desk.expectPrinted('schedule');
    await desk.expectPrinted('cancel', batch_id);

    const socket = await desk.socket(desk.admin);
    const nobody = Array.from({ length: 1_500 }, (_, index) => `nobody-${index}`);
    const body = {
      notification_type: 'general',
      title: 'To many',
      message: 'Hello.',
      user_ids: [...nobody, desk.carla.id],
    };
    const { body: batch } = await desk.ask<{ batch_id: string }>('POST /api/notifications/', desk.admin, body);
    expectAnswers('large batch', batch);
    const progress: { batch: { status: string } }[] = [];
    while (progress.at(-1)?.batch.status !== 'done') progress.push(await socket.expectMessage('batch_progress'));
    expectAnswers('progress', progress[0]);
    expectAnswers(
      'large batch done',
      await desk.answer(`GET /api/notifications/batches/${batch.batch_id}/`, desk.admin),
    );
    await socket.close();
  }, 120_000);

  it('shows dead letters', async () => {
    await mailServer.stop();
    const id = await desk.notify({ channels: ['email'] });
    await until(desk.ask, desk.carla, id, 'email', 'failed');
    await desk.expectPrinted('dead letters');
    await desk.expectPrinted('retry');
  });
});

describe('docs/notifications.md, with SMS and push', () => {
  let desk: Desk;
  let twilio: TwilioPeer;
  let fcm: FcmPeer;
  let pushService: PushServicePeer;

  beforeAll(async () => {
    [twilio, fcm, pushService] = [await TwilioPeer.start(), await FcmPeer.start(), await PushServicePeer.start()];
    const variables = { ...twilio.variables, ...fcm.variables, ...pushService.variables };
    const settings = { PUBLIC_URL: 'https://tidings.example', SMS_PREFIXES: '*', SEND_LIMITS: 'push:1/day' };
    desk = await Desk.open({ ...variables, ...settings });
  });
  afterAll(async () => {
    await desk.close();
    await Promise.all([twilio.stop(), fcm.stop(), pushService.stop()]);
  });

  it('shows devices, the push messages that they receive, and a limit', async () => {
    await desk.expectPrinted('device');
    const browser = pushService.subscribe();
    const device = { kind: 'web_push', subscription: browser.subscription, name: 'Firefox' };
    await desk.ask('POST /api/devices/', desk.carla, device);
    expectAnswers('devices', await desk.answer('GET /api/devices/'));

    await until(desk.ask, desk.carla, await desk.notify({ channels: ['push'] }), 'push', 'sent');
    const [received] = browser.messages;
    // The service worker does not receive the headers of the push request.
    expectAnswers('web push', { ...received, topic: undefined, urgency: undefined });
    expectAnswers('fcm', ...fcm.messages.map(({ notification, data }) => ({ notification, data })));

    const over = await desk.notify({ channels: ['push'] });
    await until(desk.ask, desk.carla, over, 'push', 'skipped');
    const { results } = (await desk.answer(`GET /api/notifications/${over}/explain/`)) as {
      results: { channel: string }[];
    };
    expectAnswers(
      'over the limit',
      results.find(({ channel }) => channel === 'push'),
    );
  });

  it('shows the delivery status of an SMS', async () => {
    await desk.ask('PATCH /api/auth/me/', desk.carla, { phone: '+49 (30) 1234-5678' });
    const socket = await desk.socket(desk.carla, QUIET);
    await desk.notify({ channels: ['sms'] });
    const sent = await socket.expectMessage('notification_status');
    const [message] = twilio.messages;
    expect(message?.text).toBe('Your shirts: They are ready.');
    if (message) await twilio.report(message, 'delivered', desk.stack.url);
    expectAnswers('sms', sent, await socket.expectMessage('notification_status'));
    await socket.close();
  });
});

describe('docs/notifications.md', () => {
  it('contains only answers that are compared', () => {
    const document = readFileSync(join(ROOT, DOCUMENT), 'utf8');
    const others = ['file: types.json', 'sent: ack'];
    expect([...document.matchAll(/^ *```json$/gm)]).toHaveLength(checked.size + others.length);
    expect(
      markedBlocks(DOCUMENT, 'answers')
        .map(({ label }) => label)
        .sort(),
    ).toEqual([...checked].sort());
  });
});
