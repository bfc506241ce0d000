import { Injectable, Logger } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Subscription } from 'rxjs';
import { SessionRevocations } from '../auth/session-revocations.js';
import type { Message } from '../channel-layer/message.js';
import { ServiceError } from '../errors/service-error.js';
import { ownGroup } from '../streams/own-group.js';
import { StreamFollower } from '../streams/stream-follower.js';
import { StreamLog } from '../streams/stream-log.js';
import { closeReason } from './close-codes.js';
import type { CloseReason } from './close-codes.js';
import type { Connection } from './connection.js';
import { Connections } from './connections.js';

/** What nodes tell each other. A durable stream, so that a node that was cut off still closes what it must. */
const CONTROL_STREAM = 'control';

/** Which sockets; what is given must all hold. */
export interface SocketSelector {
  readonly sessionId?: string;
  readonly userId?: string;
  /** A group or stream the socket hears. */
  readonly group?: string;
}

/** Closes sockets on every node: sessions that were revoked, access that was lost. */
@Injectable()
export class SocketCloser implements OnModuleInit, OnApplicationShutdown {
  private readonly logger = new Logger('SocketCloser');
  private subscription: Subscription | undefined;

  constructor(
    private readonly follower: StreamFollower,
    private readonly streamLog: StreamLog,
    private readonly connections: Connections,
    private readonly revocations: SessionRevocations,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.follower.follow(CONTROL_STREAM, (_stream, _position, message) => {
      this.obey(message);
    });
    this.subscription = this.revocations.revoked.subscribe((sessionId) => {
      this.close({ sessionId }, new ServiceError('session_revoked', 'The session was ended.'));
    });
  }

  onApplicationShutdown(): void {
    this.subscription?.unsubscribe();
  }

  /** Here at once, on the other nodes as soon as they hear of it. */
  close(selector: SocketSelector, error: ServiceError): void {
    const reason = closeReason(error.row.closeCode, error.detail);
    this.closeHere(selector, reason);
    const { sessionId: session_id, userId: user_id, group } = selector;
    const message = {
      type: 'close_sockets',
      code: reason.code,
      reason: reason.reason,
      ...(session_id !== undefined && { session_id }),
      ...(user_id !== undefined && { user_id }),
      ...(group !== undefined && { group }),
    };
    this.streamLog.appendNow(CONTROL_STREAM, message, { group: ownGroup(CONTROL_STREAM) }).catch((problem: unknown) => {
      this.logger.error(`other nodes could not be told to close sockets: ${String(problem)}`);
    });
  }

  private obey(message: Message): void {
    if (message.type !== 'close_sockets') return;
    const { session_id, user_id, group, code, reason } = message;
    this.closeHere(
      { sessionId: text(session_id), userId: text(user_id), group: text(group) },
      closeReason(Number(code), text(reason) ?? ''),
    );
  }

  private closeHere(selector: SocketSelector, reason: CloseReason): void {
    const candidates = selector.userId === undefined ? this.connections : this.connections.ofUser(selector.userId);
    for (const connection of [...candidates]) {
      if (matches(connection, selector)) connection.close(reason);
    }
  }
}

function matches(connection: Connection, { sessionId, group }: SocketSelector): boolean {
  if (sessionId !== undefined && connection.principal?.sessionId !== sessionId) return false;
  return group === undefined || connection.groups.includes(group);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
