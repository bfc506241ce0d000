import { Injectable } from '@nestjs/common';
import type { Connection } from '../connection/connection.js';

/** Closes or checks a connection if the command applies to it. */
export type SocketCommand = (connection: Connection) => void;

/**
 * Connections whose user and rights are being read from the database. Meanwhile, a command to close sockets cannot be
 * matched against them, although the rights that they have read may be older than the command.
 */
@Injectable()
export class PendingAdmissions {
  private readonly pending = new Map<Connection, SocketCommand[]>();

  /**
   * Runs `work`, which reads the rights of the connection. Commands that arrive meanwhile are applied to the
   * connection afterwards, even if `work` fails.
   */
  async during<T>(connection: Connection, work: () => Promise<T>): Promise<T> {
    const commands: SocketCommand[] = [];
    this.pending.set(connection, commands);
    try {
      return await work();
    } finally {
      this.pending.delete(connection);
      for (const command of commands) command(connection);
    }
  }

  /** Keeps a command for all connections that are in `during` now. */
  defer(command: SocketCommand): void {
    for (const commands of this.pending.values()) commands.push(command);
  }
}
