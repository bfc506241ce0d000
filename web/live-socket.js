/** Milliseconds. */
const FIRST_WAIT = 500;
const LONGEST_WAIT = 30_000;
const PONG_WAIT = 10_000;
/** After a connection of at least this duration, in milliseconds, the failure count restarts at 0. */
const GOOD_AFTER = 10_000;

/**
 * A WebSocket that reconnects and resumes from the last position received. It does not reconnect after close codes from 4000 to 4099. It
 * waits for `retry_after_ms` if the server sent it, otherwise for a growing, random time.
 *
 * `onState({ state, words })` receives `connecting`, `live`, `waiting` and `ended`; `onMessage` receives every message. A message of type
 * `connection_established` with `resumed: false` means that messages may have been missed.
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

  /** Options: `session`; `address(endpoints)`: returns the URL; `since`: the position to start from, or null; `onMessage`; `onState`. */
  constructor(options) {
    this.#options = options;
    this.#position = options.since ?? null;
  }

  start() {
    addEventListener('online', this.#comeBack);
    void this.#connect();
  }

  /** For transient messages: discarded while there is no connection. */
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
    // Set after the message was handled, so that a message whose handling failed is requested again.
    if (message.position !== undefined) this.#position = message.position;
  }

  #established({ ping_interval: pingInterval }) {
    this.#openedAt = Date.now();
    // Do not reset to 0: if a server accepts connections and closes them at once, the client must still wait before retrying.
    this.#failures = Math.min(this.#failures, 1);
    this.#say('live', 'Live');
    clearInterval(this.#timers.ping);
    this.#timers.ping = setInterval(() => this.#ping(), pingInterval * 1_000);
  }

  /** A lost network does not close the socket, so a missing pong is the only sign. */
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
    // The token has expired, so a new one is needed.
    this.#wantFreshToken = code === 4203;
    const again = this.#failures > 1 ? this.#backOff() : 0;
    this.#wait(told ? told.retry_after_ms + again : this.#backOff());
  }

  #wait(milliseconds) {
    if (this.#stopped) return;
    const seconds = Math.ceil(milliseconds / 1_000);
    this.#say(
      'waiting',
      seconds > 0 ? `Connection lost, reconnecting in ${seconds} s` : 'Connection lost, reconnecting',
    );
    this.#timers.retry = setTimeout(() => void this.#connect(), milliseconds);
  }

  /** Full jitter, so that many clients that lost the same server do not reconnect at the same time. */
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

  /** Closes the socket and clears all timers. Later events of the socket are ignored. */
  #drop() {
    for (const timer of Object.values(this.#timers)) clearTimeout(timer);
    if (!this.#socket) return;
    this.#socket.onmessage = null;
    this.#socket.onclose = null;
    this.#socket.close();
    this.#socket = null;
  }
}
