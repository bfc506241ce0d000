import { once } from 'node:events';
import { WebSocket } from 'ws';

/** A simple client, for single events. */
export class Client {
  #messages = [];
  #waiting = [];
  ended = null;

  constructor(url, options) {
    this.started = performance.now();
    this.raw = new WebSocket(url, options);
    this.raw.on('upgrade', () => (this.upgradedAt = performance.now()));
    this.raw.on('message', (data) => {
      const message = { at: performance.now(), ...JSON.parse(String(data)) };
      const waiting = this.#waiting.findIndex(({ type }) => type === message.type);
      if (waiting >= 0) this.#waiting.splice(waiting, 1)[0].resolve(message);
      else this.#messages.push(message);
    });
    this.raw.on('close', (code) => (this.ended = code));
    this.raw.on('error', (error) => (this.ended ??= error.message));
  }

  /** Returns the next unread message of a type; messages of other types stay unread. */
  next(type) {
    const index = this.#messages.findIndex((message) => message.type === type);
    if (index >= 0) return Promise.resolve(this.#messages.splice(index, 1)[0]);
    return new Promise((resolve) => this.#waiting.push({ type, resolve }));
  }

  send(message) {
    this.raw.send(JSON.stringify(message));
  }

  async close() {
    const closed = once(this.raw, 'close');
    this.raw.close();
    await closed;
  }
}

/** Sends a POST with a JSON body and returns the status. */
export async function post(url, token, body) {
  const headers = { authorization: `Bearer ${token}`, 'content-type': 'application/json' };
  const response = await fetch(url, { method: 'POST', headers, body: JSON.stringify(body) });
  await response.arrayBuffer();
  return response.status;
}
