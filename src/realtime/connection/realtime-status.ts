import { Injectable } from '@nestjs/common';
import { ConnectionRegistry } from './connection-registry.js';

/** The state of the sockets, for probes and metrics. */
@Injectable()
export class RealtimeStatus {
  /** True from SIGTERM on: new sockets are rejected and readiness is 503. */
  draining = false;

  constructor(private readonly open: ConnectionRegistry) {}

  /** Open sockets on this node. */
  get connections(): number {
    return this.open.count;
  }
}
