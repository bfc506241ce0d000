import { connect } from 'node:net';
import { once } from 'node:events';
import { encode } from '@msgpack/msgpack';
import { Emitter } from '@socket.io/redis-emitter';
import { Redis } from 'ioredis';

/**
 * Publishes like a Django process: PUBLISH of msgpack on `{prefix}__group__...`, with the messages of an event-loop
 * turn in one write.
 */
export class RedisPublisher {
  #redis;
  #prefix;

  constructor(url, prefix) {
    this.#redis = new Redis(url);
    this.#prefix = `${prefix}__group__`;
  }

  publish(messages) {
    const pipeline = this.#redis.pipeline();
    for (const { group, message } of messages) pipeline.publish(this.#prefix + group, toBuffer(encode(message)));
    return pipeline.exec();
  }

  async close() {
    await this.#redis.quit();
  }
}

/** Publishes like a process next to a Socket.IO cluster, with Socket.IO's redis-emitter. */
export class SocketIoPublisher {
  #redis;
  #emitter;

  constructor(url) {
    this.#redis = new Redis(url, { enableAutoPipelining: true });
    this.#emitter = new Emitter(this.#redis);
  }

  publish(messages) {
    for (const { group, message } of messages) this.#emitter.to(group).emit('message', clientMessage(message));
  }

  async close() {
    await this.#redis.quit();
  }
}

/** Publishes like an administrator: one POST of a broadcast per message. */
export class RestPublisher {
  #url;
  #headers;

  constructor({ url, token }) {
    this.#url = `${url}/api/notifications/`;
    this.#headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  }

  async publish(messages) {
    for (const { message } of messages) {
      const { notification_type, title, message: text, data } = message.notification;
      const body = JSON.stringify({ broadcast: true, notification_type, title, message: text, data });
      const response = await fetch(this.#url, { method: 'POST', headers: this.#headers, body });
      if (response.status !== 201) throw new Error(`POST notifications: ${response.status} ${await response.text()}`);
      await response.arrayBuffer();
    }
  }
}

/** Sends prepared frames over TCP to the floor, each after its length. */
export class FramePublisher {
  #socket;

  constructor(url) {
    this.#socket = connect(Number(new URL(url).port), '127.0.0.1');
    this.#socket.setNoDelay(true);
    this.#socket.write('PUBLISH\n');
  }

  publish(messages) {
    const parts = [];
    for (const { message } of messages) {
      const text = Buffer.from(JSON.stringify(clientMessage(message)));
      const frame = Buffer.concat([Buffer.from([0x81, 126, text.length >> 8, text.length & 0xff]), text]);
      const length = Buffer.alloc(4);
      length.writeUInt32LE(frame.length);
      parts.push(length, frame);
    }
    this.#socket.write(Buffer.concat(parts));
  }

  async close() {
    this.#socket.end();
    await once(this.#socket, 'close');
  }
}

/** What clients see of a group message: the minimal work of every compared server. */
export function clientMessage(message) {
  if (message.type === 'order_update') return { type: 'order_update', update: message.data };
  return { type: 'notification', notification: message.notification };
}

/** A change of an order as Django would send it, with about 200 bytes for the client. */
export function orderUpdate(orderId, seq, at) {
  const status = { status: 'in_progress', status_display: 'In progress', updated_at: '2026-01-02T03:04:05.678Z' };
  return { type: 'order_update', data: { order_id: orderId, ...status, seq, at } };
}

/** A notification as Django would send it, with about 300 bytes for the client. */
export function notification(seq, at) {
  return {
    type: 'notification_message',
    notification: {
      id: '01890a5d-ac96-774b-bcce-b302099a8057',
      notification_type: 'order_status',
      title: 'Your order is on its way',
      message: 'The courier has picked up your order and will be with you in about twenty minutes.',
      data: { seq, at },
      is_read: false,
      created_at: '2026-01-02T03:04:05.678Z',
    },
  };
}

function toBuffer(bytes) {
  return Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
}
