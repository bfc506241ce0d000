import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { Parser } from '@asyncapi/parser';
import { CLOSE_REASONS } from '../../../src/realtime/gateway/close-codes.js';
import type { AsyncApiDocument } from '../../../src/realtime/async-api/async-api.js';
import { DocumentedMessages } from '../../support/documents/documented-messages.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

let stack: Stack;
let text: string;
let document: AsyncApiDocument;
let documented: DocumentedMessages;

beforeAll(async () => {
  stack = await startStack();
  text = await (await fetch(`${stack.url}/api/asyncapi.json`)).text();
  document = JSON.parse(text) as AsyncApiDocument;
  documented = new DocumentedMessages(document);
});
afterAll(() => stack.stop());

describe('the AsyncAPI document', () => {
  it('is AsyncAPI 3', async () => {
    const diagnostics = await new Parser().validate(text);
    const grave = diagnostics.filter(({ code }) => code !== 'asyncapi-latest-version');
    expect(grave.map(({ code, message, path }) => ({ code, message, path }))).toEqual([]);
  });

  it('has every endpoint', () => {
    const addresses = Object.values(document.channels).map(({ address }) => address);
    expect(addresses.sort()).toEqual([
      '/ws/health/',
      '/ws/notifications/',
      '/ws/notifications/{user_id}/',
      '/ws/orders/{order_id}/',
      '/ws/partner/',
      '/ws/shared-orders/{token}/',
    ]);
    expect(document.servers).toEqual({ tidings: { host: new URL(stack.url).host, protocol: 'ws' } });
  });

  it('has every message', () => {
    const engine = ['accepted', 'authenticated', 'connection_established', 'disconnect', 'error', 'pong'];
    const notifications = [
      'mark_all_read_response',
      'mark_read_response',
      'notification',
      'notification_deleted',
      'notification_read',
      'notification_archived',
      'notification_unarchived',
      'notification_seen',
      'notification_retracted',
      'archive_response',
      'unarchive_response',
      'mark_seen_response',
    ];
    const others = ['batch_progress', 'notification_status', 'unread_count'];
    const [common, talk] = [
      ['authenticate', 'ping'],
      ['call_signal', 'chat_message', 'chat_read', 'typing'],
    ];
    const table = Object.keys(document.channels).map((name) => [
      name,
      documented.typesOf(name, 'client'),
      documented.typesOf(name, 'server'),
    ]);
    expect(table.sort()).toEqual([
      ['health', ['ping', 'status'], ['accepted', 'disconnect', 'error', 'health', 'pong']],
      [
        'notifications',
        [...common, 'ack', 'archive', 'mark_all_read', 'mark_read', 'mark_seen', 'unarchive'].sort(),
        [...engine, ...notifications, ...others, 'chat_message', 'chat_read'].sort(),
      ],
      [
        'order_tracking',
        [...common, ...talk, 'ack', 'location_update'].sort(),
        [...engine, ...talk, 'location', 'order_update', 'presence'].sort(),
      ],
      [
        'partner',
        [...common, 'ack'].sort(),
        [
          ...[...engine, 'chat_message', 'chat_read', 'duty_changed', 'earnings_update', 'new_order'],
          ...['order_offer_ended', 'order_offered', 'order_unassigned'],
        ].sort(),
      ],
      [
        'shared_orders',
        ['ping'],
        ['accepted', 'connection_established', 'disconnect', 'error', 'location', 'order_update', 'pong'],
      ],
      [
        'user_notifications',
        [...common, 'ack', 'archive', 'mark_all_read', 'mark_read', 'mark_seen', 'unarchive'].sort(),
        [...engine, ...notifications, ...others].sort(),
      ],
    ]);
  });

  it('has a valid example of each message', () => {
    for (const { name, payload, examples } of Object.values(document.components.messages)) {
      expect({ name, examples }).toEqual({ name, examples: [{ payload: expect.objectContaining({ type: name }) }] });
      const validate = documented.compiled(payload);
      validate(examples[0]?.payload);
      expect({ name, errors: validate.errors }).toEqual({ name, errors: null });
    }
  });

  it('lists the ways to authenticate and every close code', () => {
    expect(Object.keys(document.components.securitySchemes ?? {})).toHaveLength(4);
    const { description } = document.info as { description: string };
    for (const { code, reason } of Object.values(CLOSE_REASONS)) expect(description).toContain(`${code} | ${reason}`);
  });

  it('is readable without a token, and read only', async () => {
    const answer = await fetch(`${stack.url}/api/asyncapi.json`, { method: 'POST' });
    expect([answer.status, answer.headers.get('allow')]).toEqual([405, 'GET, HEAD']);
  });
});
