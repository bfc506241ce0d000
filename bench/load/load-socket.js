import { connect } from 'node:net';
import { randomBytes } from 'node:crypto';

/**
 * A WebSocket client with minimal cost, so that the measurement does not measure the load generator: a raw socket, one
 * read buffer for all sockets, and a parser of unmasked frames.
 */
const shared = Buffer.allocUnsafeSlow(1 << 18);
const SEQUENCE = Buffer.from('"seq":');
const SENT_AT = Buffer.from('"at":');
const ESTABLISHED = Buffer.from('connection_established');
const HEADER_END = Buffer.from('\r\n\r\n');
const ZERO = 48;
const TEXT = 0x1;
const CLOSE = 0x8;
const PING = 0x9;
const PONG = 0xa;

export class LoadSocket {
  #socket;
  #fleet;
  #rest = null;
  #upgraded = false;
  /** The last sequence number received, and how many were received in this run. */
  last = -1;
  received = 0;
  established = false;

  /** `fleet` has `socketIo` (boolean), `onEstablished(socket)`, `onDelivery(socket, sequence, sentAt)`, `onEnd(socket, why)`. */
  constructor(fleet, index) {
    this.#fleet = fleet;
    this.index = index;
  }

  open({ port, path, headers = {} }) {
    this.#socket = connect({
      port,
      host: '127.0.0.1',
      // Thousands of sockets from one address would run out of ports when benchmarks follow each other closely.
      localAddress: `127.0.${1 + ((this.index >> 8) % 250)}.1`,
      noDelay: true,
      onread: { buffer: shared, callback: (length) => this.#read(length) },
    });
    this.#socket.on('error', (error) => this.#fleet.onEnd(this, error.message));
    this.#socket.on('close', () => this.#fleet.onEnd(this, 'closed'));
    const lines = Object.entries(headers).map(([name, value]) => `${name}: ${value}\r\n`);
    this.#socket.write(
      `GET ${path} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nConnection: Upgrade\r\nUpgrade: websocket\r\n` +
        `Sec-WebSocket-Version: 13\r\nSec-WebSocket-Key: ${randomBytes(16).toString('base64')}\r\n${lines.join('')}\r\n`,
    );
  }

  /** A masked text frame of up to 65,535 bytes. */
  sendText(text) {
    this.#send(TEXT, Buffer.from(text));
  }

  /** Closes without a close handshake, so that no port stays in TIME_WAIT. */
  reset() {
    this.#socket.removeAllListeners('close').on('close', () => undefined);
    this.#socket.removeAllListeners('error').on('error', () => undefined);
    this.#socket.resetAndDestroy();
  }

  #read(length) {
    let bytes = shared;
    let end = length;
    if (this.#rest) {
      bytes = Buffer.concat([this.#rest, shared.subarray(0, length)]);
      end = bytes.length;
      this.#rest = null;
    }
    let at = 0;
    if (!this.#upgraded) {
      at = this.#readAnswer(bytes, end);
      if (at < 0) return true;
    }
    at = this.#readFrames(bytes, at, end);
    if (at < end) this.#rest = Buffer.from(bytes.subarray(at, end));
    return true;
  }

  #readAnswer(bytes, end) {
    const head = bytes.subarray(0, end);
    const at = head.indexOf(HEADER_END);
    if (at < 0) {
      this.#rest = Buffer.from(head);
      return -1;
    }
    const answer = head.toString('latin1', 0, at);
    if (!answer.startsWith('HTTP/1.1 101')) {
      this.#fleet.onEnd(this, answer.split('\r\n')[0]);
      return -1;
    }
    this.#upgraded = true;
    this.#fleet.onUpgraded?.(this);
    return at + HEADER_END.length;
  }

  #readFrames(bytes, start, end) {
    let at = start;
    while (end - at >= 2) {
      const opcode = bytes[at] & 0x0f;
      let size = bytes[at + 1] & 0x7f;
      let head = 2;
      if (size === 126) {
        if (end - at < 4) break;
        size = bytes.readUInt16BE(at + 2);
        head = 4;
      } else if (size === 127) {
        if (end - at < 10) break;
        size = Number(bytes.readBigUInt64BE(at + 2));
        head = 10;
      }
      if (end - at < head + size) break;
      this.#frame(opcode, bytes, at + head, size);
      at += head + size;
    }
    return at;
  }

  #frame(opcode, bytes, start, size) {
    if (opcode === TEXT) this.#text(bytes, start, size);
    else if (opcode === PING) this.#send(PONG, Buffer.from(bytes.subarray(start, start + size)));
    else if (opcode === CLOSE) this.#fleet.onEnd(this, `close ${size >= 2 ? bytes.readUInt16BE(start) : ''}`);
  }

  #text(bytes, start, size) {
    if (this.#fleet.socketIo && this.#speakEngineIo(bytes, start)) return;
    if (!this.established) {
      const at = bytes.indexOf(ESTABLISHED, start);
      if (at < 0 || at >= start + size) return;
      this.established = true;
      this.#fleet.onEstablished(this);
      return;
    }
    const sequence = numberAfter(bytes, SEQUENCE, start, size);
    if (sequence < 0) return;
    this.#fleet.onDelivery(this, sequence, this.#fleet.timed ? numberAfter(bytes, SENT_AT, start, size) : 0);
  }

  /** Whether the packet belongs to engine.io itself: open, ping, and the answer to our CONNECT. */
  #speakEngineIo(bytes, start) {
    const kind = bytes[start] - ZERO;
    if (kind === 0) this.sendText(`40${JSON.stringify({ token: this.#fleet.tokenOf(this.index) })}`);
    if (kind === 2) this.sendText('3');
    return kind !== 4 || bytes[start + 1] - ZERO !== 2;
  }

  #send(opcode, payload) {
    const long = payload.length > 125;
    const head = Buffer.alloc(long ? 8 : 6);
    head[0] = 0x80 | opcode;
    head[1] = 0x80 | (long ? 126 : payload.length);
    if (long) head.writeUInt16BE(payload.length, 2);
    // A mask of zeros is valid.
    this.#socket.write(Buffer.concat([head, payload]));
  }
}

function numberAfter(bytes, name, start, size) {
  let at = bytes.indexOf(name, start);
  if (at < 0 || at >= start + size) return -1;
  at += name.length;
  let value = 0;
  for (; bytes[at] >= ZERO && bytes[at] <= ZERO + 9; at += 1) value = value * 10 + (bytes[at] - ZERO);
  return value;
}
