import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown, OnModuleInit } from '@nestjs/common';
import type { Socket } from 'node:net';
import type { WebSocket } from 'ws';
import { Settings } from '../config/settings.js';
import { Connection } from './connection.js';
import { Connections } from './connections.js';
import { Establishment } from './establishment.js';
import { Outbound } from './outbound.js';
import { Reauthentication } from './reauthentication.js';
import type { RouteMatch } from './route-table.js';
import type { ServedGateway } from './served-gateway.js';
import { SocketSession } from './socket-session.js';
import { TimerWheel } from './timer-wheel.js';

/** Makes sessions of upgraded sockets and keeps what they share. */
@Injectable()
export class SocketSessions implements OnModuleInit, OnApplicationShutdown {
  private readonly wheel = new TimerWheel();
  private readonly bySocket = new Map<Connection, SocketSession>();

  constructor(
    private readonly settings: Settings,
    private readonly connections: Connections,
    private readonly establishment: Establishment,
    private readonly reauthentication: Reauthentication,
  ) {}

  onModuleInit(): void {
    this.wheel.start();
  }

  onApplicationShutdown(): void {
    this.wheel.stop();
  }

  open(webSocket: WebSocket, socket: Socket, route: RouteMatch<ServedGateway>, address: string): SocketSession {
    const outbound = new Outbound(socket, this.settings.maxOutboundBytes);
    const connection = new Connection(route.target, route.params, webSocket, outbound);
    const session = new SocketSession(connection, this.establishment, this.reauthentication, this.settings);
    const limit = this.settings.maxSocketsPerAddress;
    session.isOverAddressLimit = limit > 0 && this.connections.countOfAddress(address) >= limit;
    this.connections.add(connection, address);
    this.bySocket.set(connection, session);
    webSocket.once('close', () => {
      this.bySocket.delete(connection);
      this.connections.remove(connection, address);
      route.target.disconnected(connection);
    });
    this.wheel.schedule(session.heartbeat, Date.now() + 1000);
    return session;
  }

  /** Resolves when no message is being handled on any socket. */
  async idle(): Promise<void> {
    await Promise.all([...this.bySocket.values()].map((session) => session.inbox.idle()));
  }
}
