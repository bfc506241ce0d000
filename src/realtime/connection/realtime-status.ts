import { Injectable } from '@nestjs/common';
import { Connections } from './connections.js';

/** What probes and metrics want to know of the sockets. */
@Injectable()
export class RealtimeStatus {
  /** True from SIGTERM on: no new sockets, readiness 503. */
  draining = false;

  constructor(private readonly open: Connections) {}

  /** Open sockets on this node. */
  get connections(): number {
    return this.open.count;
  }
}
