import { Agent, request } from 'node:https';
import { setTimeout as delay } from 'node:timers/promises';
import { WebSocket } from 'ws';

const LOOPS = 12;
/** Pause between two requests of a loop. One loop sends broadcasts. */
const PACE_MS = 100;
const LONGEST_PAUSE_MS = 2_000;

/**
 * Requests and sockets of correct clients: sockets resume with the last position, wait for `retry_after_ms`, and keep
 * what they received.
 */
export class Load {
  /** Answers that a client should not see, and network errors. */
  errors = [];
  /** Titles of the broadcasts that were answered with 201. */
  written = [];
  sockets = [];
  requests = 0;
  #running = false;
  #loops = [];

  constructor(url, certificate) {
    this.url = url;
    this.agent = new Agent({ keepAlive: true, ca: certificate });
    this.certificate = certificate;
  }

  ask(method, path, { token, body } = {}) {
    const headers = {
      ...(token && { authorization: `Bearer ${token}` }),
      ...(body && { 'content-type': 'application/json' }),
    };
    return new Promise((resolve, reject) => {
      const sent = request(this.url, { method, path, headers, agent: this.agent }, (response) => {
        let text = '';
        response.setEncoding('utf8').on('data', (chunk) => (text += chunk));
        response.on('error', reject).on('end', () => {
          const isJson = /json/.test(response.headers['content-type'] ?? '');
          resolve({ status: response.statusCode, body: isJson ? JSON.parse(text) : text });
        });
      });
      sent.on('error', reject);
      sent.end(body && JSON.stringify(body));
    });
  }

  /** Opens sockets. Resolves when all are established. */
  async connect(count, token) {
    const opened = Array.from({ length: count }, () => new ResumingSocket(this.url, token, this.certificate));
    this.sockets.push(...opened);
    await Promise.all(opened.map((socket) => socket.established));
  }

  start(token) {
    this.#running = true;
    this.#loops = Array.from({ length: LOOPS }, (_, index) => this.#loop(index, token));
  }

  /** Stops the loops. Returns their errors and clears them. */
  async stop() {
    this.#running = false;
    await Promise.all(this.#loops);
    return this.errors.splice(0);
  }

  /** The number of broadcasts that are missing or duplicated, over all sockets. Waits for those in flight. */
  async losses(withinMs = 60_000) {
    const deadline = Date.now() + withinMs;
    const expected = [...this.written].sort().join();
    const wrong = () => this.sockets.filter(({ titles }) => [...titles].sort().join() !== expected).length;
    while (wrong() > 0 && Date.now() < deadline) await delay(200);
    return wrong();
  }

  close() {
    for (const socket of this.sockets.splice(0)) socket.end();
    this.agent.destroy();
  }

  async #loop(index, token) {
    const paths = ['/api/notifications/', '/', '/api/auth/me', '/api/realtime/token/'];
    for (let turn = 0; this.#running; turn += 1) {
      if (index === 0) await this.#write(token);
      else await this.#count('GET', paths[turn % paths.length], { token });
      await delay(PACE_MS);
    }
  }

  async #write(token) {
    const title = `broadcast ${this.requests}`;
    const body = { broadcast: true, notification_type: 'trial', title, message: 'm', channels: ['websocket'] };
    const answer = await this.#count('POST', '/api/notifications/', { token, body });
    if (answer?.status === 201) this.written.push(title);
  }

  async #count(method, path, options) {
    this.requests += 1;
    try {
      const answer = await this.ask(method, path, options);
      if (answer.status >= 400) this.errors.push(`${method} ${path}: ${answer.status}`);
      return answer;
    } catch (error) {
      this.errors.push(`${method} ${path}: ${error.message}`);
      return null;
    }
  }
}

class ResumingSocket {
  titles = [];
  /** The content of each `connection_established` after the first. */
  resumed = [];
  #position = null;
  #ended = false;

  constructor(url, token, certificate) {
    this.established = new Promise((resolve) => (this.greeted = resolve));
    this.#connect(url, token, certificate);
  }

  end() {
    this.#ended = true;
    this.socket.terminate();
  }

  #connect(url, token, ca) {
    const address = new URL('/ws/notifications/', url);
    if (this.#position !== null) address.searchParams.set('since', this.#position);
    this.socket = new WebSocket(address, { headers: { authorization: `Bearer ${token}` }, ca });
    let pause = Math.random() * LONGEST_PAUSE_MS;
    this.socket.on('message', (data) => {
      const frame = JSON.parse(String(data));
      if (frame.type === 'disconnect') pause = frame.retry_after_ms ?? pause;
      else this.#receive(frame);
    });
    this.socket.on('error', () => undefined);
    this.socket.on('close', () => {
      if (!this.#ended) setTimeout(() => this.#connect(url, token, ca), pause);
    });
  }

  #receive({ type, position, resumed, notification }) {
    if (type === 'connection_established') {
      if (this.#position !== null) this.resumed.push(resumed);
      this.greeted();
    }
    if (type === 'notification') this.titles.push(notification.title);
    if (typeof position === 'string') this.#position = position;
  }
}
