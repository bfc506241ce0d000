import { connect, createServer } from 'node:net';
import type { AddressInfo, Server, Socket } from 'node:net';

/** A TCP proxy on the way from some clients to the service, which can be cut or go silent. */
export class Link {
  private readonly pairs = new Set<readonly [Socket, Socket]>();
  private readonly server: Server;
  private isFrozen = false;
  private isCut = false;

  /** `target` is asked for at each connection: the port of a node that runs, or null. */
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

  /** Resets every connection; what was under way is gone. */
  reset(): void {
    for (const [inner, outer] of this.pairs) {
      inner.resetAndDestroy();
      outer.resetAndDestroy();
    }
  }

  /** No connection, old or new, until `mend`. */
  cut(): void {
    this.isCut = true;
    this.reset();
  }

  /** Connections stay and nothing passes, as on a stopped proxy or behind a dead mobile cell. */
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

/** Not `pipe`, which would resume what `freeze` paused. */
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
