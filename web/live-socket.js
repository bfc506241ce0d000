/** Milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const PONG_WAIT = 10_000;
/** A socket that lived this long was a good one: the next failure is a first one. */
const GOOD_AFTER = 10_000;

/**
 * A WebSocket that stays: it resumes from the last position it saw, and comes back as the contract says: never after a close code from 4000
 * to 4099, after `retry_after_ms` where the server names it, else after a growing, random time.
 *
 * `onState({ state, words })` hears `connecting`, `live`, `waiting` and `ended`; `onMessage` every message. A message of type
 * `connection_established` with `resumed: false` says that something may have been missed.
 */
export class LiveSocket {
  #options;
  #socket = null;
  #position;
  #failures = 0;
  #wantFreshToken = false;
  #told = null;
  #openedAt = 0;
  #stopped = false;
  #attempt = 0;
  #timers = { retry: 0, ping: 0, pong: 0 };
  #comeBack = () => {
    if (!this.#socket) void this.#connect();
  };

  /** `session`; `address(endpoints)`: the URL; `since`: the position to begin at, or null; `onMessage`; `onState`. */
  constructor(options) {
    this.#options = options;
    this.#position = options.since ?? null;
  }

  start() {
    addEventListener('online', this.#comeBack);
    void this.#connect();
  }

  /** For what is worth nothing later: not kept while there is no connection. */
  send(message) {
    if (this.#socket?.readyState === WebSocket.OPEN) this.#socket.send(JSON.stringify(message));
  }

  stop() {
    this.#stopped = true;
    removeEventListener('online', this.#comeBack);
    this.#drop();
  }

  async #connect() {
    this.#drop();
    this.#say('connecting', 'Connecting…');
    const attempt = (this.#attempt += 1);
    try {
      const { token, endpoints } = await this.#options.session.socketToken({ fresh: this.#wantFreshToken });
      if (this.#stopped || attempt !== this.#attempt) return;
      this.#wantFreshToken = false;
      this.#open(this.#options.address(endpoints), token);
    } catch (error) {
      if (error.status >= 400 && error.status < 500) this.#end(error.message);
      else this.#wait(this.#backOff());
    }
  }

  /** The token is sent as a subprotocol instead of in the URL, so that it does not appear in logs. */
  #open(address, token) {
    const url = new URL(address);
    url.searchParams.delete('token');
    if (this.#position !== null) url.searchParams.set('since', this.#position);
    const socket = new WebSocket(url, ['tidings.v1', `bearer.${token}`]);
    this.#socket = socket;
    this.#told = null;
    this.#openedAt = 0;
    socket.onmessage = (event) => this.#receive(JSON.parse(event.data));
    socket.onclose = (event) => this.#lost(event.code, event.reason);
  }

  #receive(message) {
    clearTimeout(this.#timers.pong);
    if (message.type === 'disconnect') this.#told = message;
    if (message.type === 'connection_established') this.#established(message);
    this.#options.onMessage(message);
    // After it was handled: what failed half-way is asked for again.
    if (message.position !== undefined) this.#position = message.position;
  }

  #established({ ping_interval: pingInterval }) {
    this.#openedAt = Date.now();
    // Not to zero: a server that lets in and breaks off at once must not be asked without a pause.
    this.#failures = Math.min(this.#failures, 1);
    this.#say('live', 'Live');
    clearInterval(this.#timers.ping);
    this.#timers.ping = setInterval(() => this.#ping(), pingInterval * 1_000);
  }

  /** A network that vanished closes nothing: silence after a ping is how it shows. */
  #ping() {
    this.#socket.send(JSON.stringify({ type: 'ping' }));
    clearTimeout(this.#timers.pong);
    this.#timers.pong = setTimeout(() => this.#lost(1006, ''), PONG_WAIT);
  }

  #lost(code, reason) {
    const told = this.#told;
    const wasGood = this.#openedAt > 0 && Date.now() - this.#openedAt > GOOD_AFTER;
    this.#failures = wasGood ? 0 : this.#failures + 1;
    this.#drop();
    if ((code >= 4000 && code < 4100) || told?.reconnect === false) {
      this.#end(told?.reason ?? reason, code);
      return;
    }
    // Its token has run out: the same one would not do.
    this.#wantFreshToken = code === 4203;
    const again = this.#failures > 1 ? this.#backOff() : 0;
    this.#wait(told ? told.retry_after_ms + again : this.#backOff());
  }

  #wait(milliseconds) {
    if (this.#stopped) return;
    const seconds = Math.ceil(milliseconds / 1_000);
    this.#say(
      'waiting',
      seconds > 0 ? `Connection lost, trying again in ${seconds} s` : 'Connection lost, trying again',
    );
    this.#timers.retry = setTimeout(() => void this.#connect(), milliseconds);
  }

  /** Full jitter: many clients that lost the same server do not come back all at once. */
  #backOff() {
    return Math.random() * Math.min(LONGEST_WAIT, FIRST_WAIT * 2 ** this.#failures);
  }

  #end(reason, code) {
    this.#stopped = true;
    removeEventListener('online', this.#comeBack);
    this.#say('ended', `Not connected: ${reason}`);
    if (code === 4001 || code === 4006) this.#options.session.end();
  }

  #say(state, words) {
    this.#options.onState?.({ state, words });
  }

  /** Lets go of the socket and of all timers; its late events are nobody's. */
  #drop() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    if (!this.#socket) return;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }
}
