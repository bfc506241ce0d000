import { setTimeout as delay } from 'node:timers/promises';
import { LoadSocket } from './load-socket.js';
import { MessageSeries } from './message-series.js';
import { FramePublisher, RedisPublisher, RestPublisher, SocketIoPublisher } from './publishers.js';

/**
 * A separate process (see load-fleet.js). Holds the sockets of one contender, publishes, and checks every delivery for
 * loss, duplication and order.
 */
const PUBLISHERS = { redis: RedisPublisher, 'socket.io': SocketIoPublisher, frames: FramePublisher };

class Fleet {
  sockets = [];
  socketIo = false;
  timed = false;
  ended = 0;
  endings = {};
  #tokens = [];
  #onEstablished = () => undefined;
  #run = null;
  #publisher;

  constructor({ publisher, publisherUrl, prefix }) {
    this.#publisher = new PUBLISHERS[publisher](publisherUrl, prefix);
    this.socketIo = publisher === 'socket.io';
  }

  tokenOf(index) {
    return this.#tokens[index % this.#tokens.length];
  }

  /**
   * `{token}` in the path is replaced by the token of the socket. Returns the seconds, and how many sockets were
   * established.
   */
  async open({ url, path, tokens, count, concurrency }) {
    this.#tokens = tokens;
    const port = Number(new URL(url).port);
    const first = this.sockets.length;
    const started = performance.now();
    let begun = 0;
    let done = 0;
    await new Promise((resolve) => {
      const next = () => {
        while (begun < count && begun - done < concurrency) {
          const socket = new LoadSocket(this, first + begun);
          this.sockets.push(socket);
          begun += 1;
          socket.open({ port, path: path.replace('{token}', this.tokenOf(socket.index)) });
        }
        if (done === count) resolve();
      };
      this.#onEstablished = () => {
        done += 1;
        next();
      };
      next();
    });
    this.#onEstablished = () => undefined;
    const established = this.sockets.filter((socket) => socket.established).length;
    return { seconds: (performance.now() - started) / 1000, established, endings: this.endings };
  }

  onEstablished(socket) {
    this.#onEstablished(socket);
  }

  onEnd(socket, why) {
    if (socket.over) return;
    socket.over = true;
    this.ended += 1;
    this.endings[why] = (this.endings[why] ?? 0) + 1;
    if (!socket.established) this.#onEstablished(socket);
  }

  onDelivery(socket, sequence, sentAt) {
    this.#run?.delivered(socket, sequence, sentAt);
  }

  async publish(options) {
    for (const socket of this.sockets) {
      socket.last = -1;
      socket.received = 0;
    }
    this.timed = options.rate > 0;
    const publisher = options.post ? new RestPublisher(options.post) : this.#publisher;
    this.#run = new MessageSeries(this.sockets, publisher, options);
    const result = await this.#run.finish();
    this.#run = null;
    return { ...result, ended: this.ended, endings: this.endings };
  }

  async close() {
    for (const socket of this.sockets) socket.reset();
    this.sockets = [];
    this.ended = 0;
    this.endings = {};
    await delay(50);
    return {};
  }
}

let fleet;
process.on('message', async ({ id, command, options }) => {
  try {
    if (command === 'start') fleet = new Fleet(options);
    const result = command === 'start' ? {} : await fleet[command](options);
    process.send({ id, result });
  } catch (error) {
    process.send({ id, error: String(error?.stack ?? error) });
  }
});
