import type { CoreStore } from './core-store.js';
import { ChannelLayerUnavailable } from '../interface/errors.js';

/** The number of renewals of a membership within its expiry time. */
const RENEWALS = 4;
const MEMBERSHIPS_PER_BATCH = 1000;
const RETRY_MS = 1000;
/** The longest delay that a Node timer supports. */
const MAX_TIMER_MS = 2 ** 31 - 1;

export interface CoreMembershipsOptions {
  readonly groupExpirySeconds: number;
  /** Creates the channel name that represents a group on this node. */
  readonly newChannel: () => string;
  /** Called when all memberships are on Redis again after Redis may have lost them. */
  readonly onRestored: () => void;
}

/**
 * The groups that this node listens to. A message on the core wire does not name its group, so each group has its own channel
 * here, which is the node's only member of the group, however many listeners there are.
 */
export class CoreMemberships {
  private readonly channels = new Map<string, string>();
  private readonly groups = new Map<string, string>();
  private changed = new Map<string, string>();
  private flushing: Promise<void> | null = null;
  /** Settles when all commands sent have been answered. */
  private answers: Promise<unknown> = Promise.resolve();
  private restoring = false;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly renewal: NodeJS.Timeout;

  constructor(
    private readonly store: CoreStore,
    private readonly options: CoreMembershipsOptions,
  ) {
    const intervalMs = Math.min((options.groupExpirySeconds * 1000) / RENEWALS, MAX_TIMER_MS);
    this.renewal = setInterval(() => void this.joinAll(), intervalMs);
    this.renewal.unref();
  }

  get size(): number {
    return this.channels.size;
  }

  /** The group that a channel represents. */
  group(channel: string): string | undefined {
    return this.groups.get(channel);
  }

  /** Resolves when Redis has stored the memberships, or when Redis is unavailable. */
  async add(groups: readonly string[]): Promise<void> {
    for (const group of groups) {
      if (this.channels.has(group)) continue;
      const channel = this.options.newChannel();
      this.channels.set(group, channel);
      this.groups.set(channel, group);
      this.changed.set(channel, group);
    }
    await this.flush();
  }

  async remove(groups: readonly string[]): Promise<void> {
    for (const group of groups) {
      const channel = this.channels.get(group);
      if (channel === undefined) continue;
      this.channels.delete(group);
      this.groups.delete(channel);
      this.changed.set(channel, group);
    }
    await this.flush();
  }

  /** Call this when Redis may have lost memberships. Retries until all have been added again, then calls `onRestored`. */
  restore(): void {
    if (this.restoring || this.closed) return;
    this.restoring = true;
    void this.joinAll().then((done) => {
      this.restoring = false;
      if (done) this.options.onRestored();
      else if (!this.closed) this.retry = setTimeout(() => this.restore(), RETRY_MS).unref();
    });
  }

  /** Leaves every group. */
  async close(): Promise<void> {
    this.closed = true;
    clearInterval(this.renewal);
    clearTimeout(this.retry);
    await this.remove([...this.channels.keys()]);
  }

  /** Also waits for changes that were sent earlier: a group that is still being joined is not joined yet. */
  private async flush(): Promise<void> {
    if (this.changed.size > 0) {
      this.flushing ??= new Promise((resolve) => {
        setImmediate(() => {
          this.flushing = null;
          this.answers = Promise.all([this.answers, this.send()]);
          resolve();
        });
      });
    }
    await this.flushing;
    await this.answers;
  }

  private async send(): Promise<void> {
    const changed = [...this.changed].map(([channel, group]) => [group, channel] as const);
    this.changed = new Map();
    const joined = changed.filter(([, channel]) => this.groups.has(channel));
    const left = changed.filter(([, channel]) => !this.groups.has(channel));
    // If Redis is unavailable, restore() joins again, and a membership that could not be removed expires.
    await Promise.all([this.store.join(joined), this.store.leave(left)]).catch(ignoreUnavailable);
  }

  /** Whether all memberships have reached Redis. */
  private async joinAll(): Promise<boolean> {
    const all = [...this.channels];
    try {
      for (let i = 0; i < all.length; i += MEMBERSHIPS_PER_BATCH) {
        await this.store.join(all.slice(i, i + MEMBERSHIPS_PER_BATCH).filter(([group]) => this.channels.has(group)));
      }
      return true;
    } catch (error) {
      ignoreUnavailable(error);
      return false;
    }
  }
}

function ignoreUnavailable(error: unknown): void {
  if (!(error instanceof ChannelLayerUnavailable)) throw error;
}
