import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A TCP proxy between some clients and the service. It can be cut, or stop forwarding. */
export class Link {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly server: Server;
  private isFrozen = false;
  private isCut = false;

  /** `target` is called for each connection. It returns the port of a running node, or null. */
  constructor(private readonly target: () => number | null) {
    this.server = createServer({ allowHalfOpen: false }, (inner) => {
      this.accept(inner);
    });
  }

  async open(): Promise<void> {
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
  }

  get url(): string {
    return `ws://127.0.0.1:${(this.server.address() as AddressInfo).port}`;
  }

  get connections(): number {
    return this.pairs.size;
  }

  /** Resets every connection; data in transit is lost. */
  reset(): void {
    for (const [inner, outer] of this.pairs) {
      inner.resetAndDestroy();
      outer.resetAndDestroy();
    }
  }

  /** Rejects new connections and closes existing ones until `mend`. */
  cut(): void {
    this.isCut = true;
    this.reset();
  }

  /** Keeps connections open without forwarding, like a stopped proxy or a mobile network without reception. */
  freeze(): void {
    this.isFrozen = true;
    for (const pair of this.pairs) for (const socket of pair) socket.pause();
  }

  mend(): void {
    this.isCut = false;
    if (!this.isFrozen) return;
    this.isFrozen = false;
    for (const pair of this.pairs) for (const socket of pair) socket.resume();
  }

  close(): void {
    this.server.close();
    this.reset();
  }

  private accept(inner: Socket): void {
    const port = this.target();
    inner.on('error', () => undefined);
    if (port === null || this.isCut) {
      inner.resetAndDestroy();
      return;
    }
    const outer = connect(port, '127.0.0.1');
    outer.on('error', () => undefined);
    const pair = [inner, outer] as const;
    this.pairs.add(pair);
    pass(inner, outer);
    pass(outer, inner);
    inner.once('close', () => this.pairs.delete(pair));
    if (this.isFrozen) for (const socket of pair) socket.pause();
  }
}

/** Not `pipe`, because it would resume a stream that `freeze` has paused. */
function pass(from: Socket, to: Socket): void {
  from.setNoDelay(true);
  from.on('data', (bytes) => {
    if (!to.write(bytes)) {
      from.pause();
      to.once('drain', () => from.resume());
    }
  });
  from.once('end', () => to.end());
  from.once('close', () => to.destroySoon());
}
