import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { SessionRevocations } from '../auth/sessions/session-revocations.js';
import type { Message } from '../channel-layer/interface/message.js';
import type { Transaction } from '../database/backend/transaction.js';
import { ServiceError } from '../errors/error/service-error.js';
import { ownGroup } from '../streams/names/own-group.js';
import { StreamFollower } from '../streams/follow/stream-follower.js';
import { StreamLog } from '../streams/stream-log.js';
import { AccessCheck } from './admission/access-check.js';
import { PendingAdmissions } from './admission/pending-admissions.js';
import type { SocketCommand } from './admission/pending-admissions.js';
import { CLOSE_REASONS, closeReason } from './gateway/close-codes.js';
import type { Connection } from './connection/connection.js';
import { ConnectionRegistry } from './connection/connection-registry.js';

/**
 * The durable stream of commands to close sockets. Every node follows it, and reads from the log what the bus did not deliver. A
 * trigger on `users` also appends to it, see `migrations`.
 */
const CONTROL_STREAM = 'control';
const RETRY_MS = 1_000;
/** Each socket adds this many milliseconds to the time over which clients reconnect after a restore. */
const SPREAD_MS_PER_SOCKET = 5;
const SPREAD_AT_LEAST_MS = 1_000;

/** Selects sockets. A socket must match all given members. */
export interface SocketSelector {
  readonly sessionId?: string;
  readonly userId?: string;
  /** A group or stream that the socket subscribes to. */
  readonly group?: string;
}

/** Closes sockets on every node when a session is revoked or access is lost. */
@Injectable()
export class SocketCloser implements OnModuleInit {
  private readonly logger = new Logger('SocketCloser');

  constructor(
    private readonly follower: StreamFollower,
    private readonly streamLog: StreamLog,
    private readonly connections: ConnectionRegistry,
    private readonly pendingAdmissions: PendingAdmissions,
    private readonly accessCheck: AccessCheck,
    private readonly revocations: SessionRevocations,
  ) {}

  async onModuleInit(): Promise<void> {
    await this.followControl();
    this.follower.onReset(() => {
      this.closeAll();
      void this.followAgain();
    });
    this.revocations.onRevoked((tx, session) => {
      this.close(tx, session, new ServiceError('session_revoked', 'The session was ended.'));
    });
  }

  /** Appends the command to close the sockets within the caller's transaction. Every node executes it after the commit. */
  close(tx: Transaction, selector: SocketSelector, error: ServiceError): void {
    this.command(tx, { type: 'close_sockets', ...closeReason(error.row.closeCode, error.detail) }, selector);
  }

  /**
   * Like `close`, for sockets whose user may have lost rights: closes those that the user may no longer open. Without this, the
   * trigger on `users` has the same effect when the nodes next read the log, up to 3 seconds later.
   */
  checkAccess(tx: Transaction, userId: string): void {
    this.command(tx, { type: 'check_access' }, { userId });
  }

  private command(tx: Transaction, command: Message, { sessionId, userId, group }: SocketSelector): void {
    const message = {
      ...command,
      ...(sessionId !== undefined && { session_id: sessionId }),
      ...(userId !== undefined && { user_id: userId }),
      ...(group !== undefined && { group }),
    };
    this.streamLog.append(tx, CONTROL_STREAM, message, { group: ownGroup(CONTROL_STREAM) });
    // Execute the command on this node without waiting for the bus.
    tx.afterCommit(() => {
      this.handle(message);
    });
  }

  private async followControl(): Promise<void> {
    await this.follower.follow(CONTROL_STREAM, (_stream, _position, message) => {
      this.handle(message);
    });
  }

  /**
   * Closes all sockets after a restore of the log. Clients reconnect with positions of the former log and get `resumed: false`.
   */
  private closeAll(): void {
    const connections = [...this.connections];
    const spreadMs = Math.max(connections.length * SPREAD_MS_PER_SOCKET, SPREAD_AT_LEAST_MS);
    for (const connection of connections) {
      const reason = closeReason(CLOSE_REASONS.restart.code, 'the log was restored from a backup');
      connection.close({ ...reason, retryAfterMs: Math.round(Math.random() * spreadMs) });
    }
  }

  private async followAgain(): Promise<void> {
    try {
      await this.followControl();
      // Commands appended meanwhile are not read, so the access of every socket is checked.
      this.execute({}, (connection) => void this.accessCheck.check(connection));
    } catch (error) {
      this.logger.warn(`following ${CONTROL_STREAM} failed; retrying: ${String(error)}`);
      setTimeout(() => void this.followAgain(), RETRY_MS).unref();
    }
  }

  private handle({ type, ...message }: Message): void {
    const selector = {
      sessionId: text(message.session_id),
      userId: text(message.user_id),
      group: text(message.group),
    };
    if (type === 'close_sockets') {
      const reason = closeReason(Number(message.code), text(message.reason) ?? '');
      this.execute(selector, (connection) => {
        connection.close(reason);
      });
    } else if (type === 'check_access') {
      this.execute(selector, (connection) => void this.accessCheck.check(connection));
    }
  }

  private execute(selector: SocketSelector, action: SocketCommand): void {
    const command: SocketCommand = (connection) => {
      if (matches(connection, selector)) action(connection);
    };
    this.pendingAdmissions.defer(command);
    const candidates = selector.userId === undefined ? this.connections : this.connections.ofUser(selector.userId);
    for (const connection of [...candidates]) command(connection);
  }
}

function matches(connection: Connection, { sessionId, userId, group }: SocketSelector): boolean {
  if (userId !== undefined && connection.principal?.userId !== userId) return false;
  if (sessionId !== undefined && connection.principal?.sessionId !== sessionId) return false;
  return group === undefined || connection.groups.includes(group);
}

function text(value: unknown): string | undefined {
  return typeof value === 'string' ? value : undefined;
}
