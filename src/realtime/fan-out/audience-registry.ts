import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import type { FollowedStream } from '../../streams/follow/followed-stream.js';
import { GroupSubscriptions } from '../../streams/bus/group-subscriptions.js';
import { StreamFollower } from '../../streams/follow/stream-follower.js';
import { StreamPositions } from '../../streams/follow/stream-positions.js';
import { Audience } from './audience.js';
import type { AudienceSubscription } from './audience.js';
import { CatchUp } from './catch-up.js';
import type { Connection } from '../connection/connection.js';
import { FanOut } from './fan-out.js';
import type { Opening } from '../gateway/gateway.js';

/**
 * Assigns the connections of this node to audiences. Subscriptions on the bus change only when the first connection joins or
 * the last one leaves.
 */
@Injectable()
export class AudienceRegistry implements OnModuleInit {
  private readonly logger = new Logger('AudienceRegistry');
  private readonly byKey = new Map<string, Audience>();

  constructor(
    private readonly follower: StreamFollower,
    private readonly subscriptions: GroupSubscriptions,
    private readonly positions: StreamPositions,
    private readonly fanOut: FanOut,
    private readonly catchUp: CatchUp,
  ) {}

  onModuleInit(): void {
    this.follower.onEntry((stream, position, message) => {
      this.fanOut.queueEntry(stream, position, message);
    });
    this.subscriptions.onEphemeral((group, message) => {
      this.fanOut.queueEphemeral(group, message);
    });
    this.follower.onReset(() => {
      this.fanOut.reset();
    });
  }

  /**
   * Adds a connection that is not live yet. Resolves when no later message can be missed. Throws if the database is
   * unavailable.
   */
  async join(connection: Connection, opening: Opening): Promise<Audience> {
    const groups = opening.groups ?? [];
    // The header contains the epoch, so that after a restore no connection joins an audience of the former log.
    const epoch = this.positions.codec.header([]);
    const language = opening.language ?? null;
    const kind = [epoch, connection.encoding.name, connection.gateway.path, language ?? '-'];
    const key = [...kind, ...opening.streams, '|', ...groups].join(' ');
    const audience =
      this.byKey.get(key) ?? this.create(key, connection, { streams: opening.streams, groups, language });
    audience.add(connection);
    connection.groups = audience.names;
    connection.onceClosed(() => {
      this.leave(key, audience, connection);
    });
    await audience.ready;
    return audience;
  }

  private create(key: string, { gateway, encoding }: Connection, subscription: AudienceSubscription): Audience {
    const audience = new Audience(gateway, encoding, subscription, this.positions.codec, this.catchUp);
    this.byKey.set(key, audience);
    this.fanOut.add(audience);
    audience.ready = this.subscribe(key, audience);
    return audience;
  }

  /** Follows the streams and joins the groups. If either fails, the other is undone. */
  private async subscribe(key: string, audience: Audience): Promise<void> {
    const following = audience.streamNames.map((name) => this.follower.follow(name));
    const [streams, groups] = await Promise.allSettled([
      settleAll(following, this.follower),
      this.subscriptions.subscribe(audience.groups),
    ]);
    if (streams.status === 'fulfilled' && groups.status === 'fulfilled') {
      audience.follow(streams.value);
      return;
    }
    // The next connection gets a new audience, while the connections that failed here are still closing.
    this.forget(key, audience);
    if (streams.status === 'fulfilled') this.release(streams.value, []);
    if (groups.status === 'fulfilled') this.release([], audience.groups);
    throw streams.status === 'rejected' ? streams.reason : (groups as PromiseRejectedResult).reason;
  }

  private leave(key: string, audience: Audience, connection: Connection): void {
    audience.remove(connection);
    if (audience.members.length > 0 || this.byKey.get(key) !== audience) return;
    this.forget(key, audience);
    audience.ready.then(
      () => {
        this.release(audience.streams, audience.groups);
      },
      (error: unknown) => this.logger.debug(`an audience failed before it was ready: ${String(error)}`),
    );
  }

  private forget(key: string, audience: Audience): void {
    if (this.byKey.get(key) !== audience) return;
    this.byKey.delete(key);
    this.fanOut.remove(audience);
  }

  private release(streams: readonly FollowedStream[], groups: readonly string[]): void {
    for (const stream of streams) this.follower.unfollow(stream);
    this.subscriptions.unsubscribe(groups.filter((group) => !this.fanOut.hasAudience(group)));
  }
}

/** Resolves with all streams. If one cannot be followed, unfollows the others and throws. */
async function settleAll<T extends { readonly name: string }>(
  promises: readonly Promise<T>[],
  follower: { unfollow(stream: T): void },
): Promise<T[]> {
  const results = await Promise.allSettled(promises);
  const failed = results.find((result) => result.status === 'rejected');
  const followed = results.filter((result) => result.status === 'fulfilled').map((result) => result.value);
  if (!failed) return followed;
  for (const stream of followed) follower.unfollow(stream);
  throw failed.reason;
}
