import type { CoreStore } from './core-store.js';
import { ChannelLayerUnavailable } from '../interface/errors.js';

/** Memberships are renewed this many times before they would expire. */
const RENEWALS = 4;
const MEMBERSHIPS_PER_BATCH = 1000;
const RETRY_MS = 1000;
/** The longest delay a Node timer takes. */
const LONGEST_TIMER_MS = 2 ** 31 - 1;

export interface CoreMembershipsOptions {
  readonly groupExpirySeconds: number;
  /** Makes the channel name that stands for a group on this node. */
  readonly newChannel: () => string;
  /** All memberships are on Redis again after it may have lost them. */
  readonly onRestored: () => void;
}

/**
 * The groups this node listens to. A message on the core wire does not name its group, so each group has a channel of
 * its own here, which is the node's one member of the group however many listeners there are.
 */
export class CoreMemberships {
  private readonly channels = new Map<string, string>();
  private readonly groups = new Map<string, string>();
  private changed = new Map<string, string>();
  private turn: Promise<void> | null = null;
  /** Settles when everything that was sent has been answered. */
  private answers: Promise<unknown> = Promise.resolve();
  private restoring = false;
  private closed = false;
  private retry: NodeJS.Timeout | undefined;
  private readonly renewal: NodeJS.Timeout;

  constructor(
    private readonly store: CoreStore,
    private readonly options: CoreMembershipsOptions,
  ) {
    const every = Math.min((options.groupExpirySeconds * 1000) / RENEWALS, LONGEST_TIMER_MS);
    this.renewal = setInterval(() => void this.joinAll(), every);
    this.renewal.unref();
  }

  get size(): number {
    return this.channels.size;
  }

  /** The group a channel stands for. */
  group(channel: string): string | undefined {
    return this.groups.get(channel);
  }

  /** Resolves once Redis has it, or is found to be away. */
  async add(groups: readonly string[]): Promise<void> {
    for (const group of groups) {
      if (this.channels.has(group)) continue;
      const channel = this.options.newChannel();
      this.channels.set(group, channel);
      this.groups.set(channel, group);
      this.changed.set(channel, group);
    }
    await this.settle();
  }

  async remove(groups: readonly string[]): Promise<void> {
    for (const group of groups) {
      const channel = this.channels.get(group);
      if (channel === undefined) continue;
      this.channels.delete(group);
      this.groups.delete(channel);
      this.changed.set(channel, group);
    }
    await this.settle();
  }

  /** To be called when Redis may have forgotten: adds everything again until that has worked, then says so. */
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

  /** Also waits for changes that were sent earlier: a group that is being joined is not joined yet. */
  private async settle(): Promise<void> {
    if (this.changed.size > 0) {
      this.turn ??= new Promise((resolve) => {
        setImmediate(() => {
          this.turn = null;
          this.answers = Promise.all([this.answers, this.send()]);
          resolve();
        });
      });
    }
    await this.turn;
    await this.answers;
  }

  private async send(): Promise<void> {
    const changed = [...this.changed].map(([channel, group]) => [group, channel] as const);
    this.changed = new Map();
    const joined = changed.filter(([, channel]) => this.groups.has(channel));
    const left = changed.filter(([, channel]) => !this.groups.has(channel));
    // Away: restore() joins again. A membership that could not be removed expires.
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
