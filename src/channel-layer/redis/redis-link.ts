import { setTimeout as delay } from 'node:timers/promises';
import { Cluster } from 'ioredis';
import { connectEagerly, untilMastersReady } from './cluster-nodes.js';
import { ChannelLayerUnavailable } from '../interface/errors.js';
import type { RedisClient } from '../../redis/redis-clients.js';

/** Milliseconds that startup waits for Redis; without Redis, the service starts anyway. */
export const START_DEADLINE_MS = 2000;

const RESTART_MS = 100;

type Argument = string | Buffer | number;

/** One connection that reconnects by itself. Its failures are thrown as ChannelLayerUnavailable. */
export class RedisLink {
  private closed = false;
  private lastError = 'no connection yet';
  private readonly waiting = new Set<() => void>();
  private readonly reconnectCallbacks: (() => void)[] = [];
  private outage = false;
  private restart: NodeJS.Timeout | undefined;

  /** Calls `warn` once when the connection is lost and once when it is restored. */
  constructor(
    readonly client: RedisClient,
    private readonly name: string,
    private readonly warn: (text: string) => void,
  ) {
    client.on('error', (error: Error) => this.onError(error));
    client.on('close', () => this.onClose());
    client.on('ready', () => this.onReady());
    client.on('end', () => this.onEnd());
    // A single node of a cluster may have been lost and replaced, which the cluster does not report as a lost connection.
    client.on('+node', () => this.ready && this.notifyReconnected());
    if (client instanceof Cluster) connectEagerly(client);
  }

  get ready(): boolean {
    return this.client.status === 'ready';
  }

  /** The number of pending `untilReady` calls. */
  get waiters(): number {
    return this.waiting.size;
  }

  /** Starts connecting. Failures are retried forever. */
  start(): void {
    // The error event reports the errors of connect() too.
    this.client.connect().catch(() => undefined);
  }

  /** Resolves when connected, or after the given time. */
  async untilReady(milliseconds: number): Promise<void> {
    if (this.ready || this.closed) return;
    await new Promise<void>((resolve) => {
      const end = (): void => {
        clearTimeout(timer);
        this.waiting.delete(end);
        resolve();
      };
      const timer = setTimeout(end, milliseconds);
      this.waiting.add(end);
    });
    if (this.client instanceof Cluster && this.client.status === 'ready')
      await untilMastersReady(this.client, milliseconds);
  }

  /** Resolves when connected, or after the given time. Never resolves at once, so that a retry loop cannot spin. */
  async untilNextReady(milliseconds: number): Promise<void> {
    if (this.ready) await delay(milliseconds);
    else await this.untilReady(milliseconds);
  }

  /** Calls back when the connection is established after it was lost, or after the first attempt failed. */
  onReconnect(callback: () => void): void {
    this.reconnectCallbacks.push(callback);
  }

  /** Sends a command and returns the answer. Throws ChannelLayerUnavailable. */
  async call(command: string, ...args: Argument[]): Promise<unknown> {
    try {
      return await this.client.call(command, ...args);
    } catch (error) {
      throw this.unavailable(error);
    }
  }

  /** Like `call`, with binary strings as Buffers. */
  async callBuffer(command: string, ...args: Argument[]): Promise<unknown> {
    try {
      return await this.client.callBuffer(command, ...args);
    } catch (error) {
      throw this.unavailable(error);
    }
  }

  /** Sends commands together, in order; in a cluster, each to its own node. Throws ChannelLayerUnavailable. */
  async batch(commands: readonly (readonly Argument[])[]): Promise<void> {
    if (commands.length === 0) return;
    if (this.client instanceof Cluster) {
      await Promise.all(commands.map(([name, ...args]) => this.call(String(name), ...args)));
      return;
    }
    const answers = await this.client.pipeline(commands.map((command) => ['call', ...command])).exec();
    const failed = answers?.find(([error]) => error !== null);
    if (failed) throw this.unavailable(failed[0]);
  }

  /** Waits for answers to sent commands, for at most `graceMilliseconds`; pass 0 for a connection that waits on the server. */
  async close(graceMilliseconds: number): Promise<void> {
    if (this.closed) return;
    this.closed = true;
    clearTimeout(this.restart);
    this.resolveWaiting();
    if (this.ready && graceMilliseconds > 0) await this.quit(graceMilliseconds);
    this.client.disconnect();
  }

  private async quit(graceMilliseconds: number): Promise<void> {
    let timer: NodeJS.Timeout | undefined;
    const deadline = new Promise<void>((resolve) => (timer = setTimeout(resolve, graceMilliseconds)));
    await Promise.race([this.client.quit().catch(() => undefined), deadline]);
    clearTimeout(timer);
  }

  private unavailable(error: unknown): ChannelLayerUnavailable {
    const reason = this.ready && error instanceof Error ? error.message : this.lastError;
    return new ChannelLayerUnavailable(`Redis is not available: ${reason}`, { cause: error });
  }

  private onError(error: Error): void {
    this.lastError = error.message || error.name;
    if (!this.ready) this.reportLost();
  }

  private onClose(): void {
    if (!this.closed) this.reportLost();
  }

  /** ioredis stops reconnecting if sentinels announce a new master while it is asking for the address of the old one. */
  private onEnd(): void {
    if (this.closed) return;
    this.reportLost();
    this.restart = setTimeout(() => this.start(), RESTART_MS);
  }

  private reportLost(): void {
    if (this.outage || this.closed) return;
    this.outage = true;
    this.warn(`${this.name}: no connection to Redis (${this.lastError}); retrying`);
  }

  private onReady(): void {
    if (this.outage) this.warn(`${this.name}: connected to Redis again`);
    const reconnected = this.outage;
    this.outage = false;
    this.lastError = 'the connection was lost';
    this.resolveWaiting();
    if (reconnected) this.notifyReconnected();
  }

  private notifyReconnected(): void {
    for (const callback of this.reconnectCallbacks) callback();
  }

  private resolveWaiting(): void {
    for (const end of [...this.waiting]) end();
  }
}
