import { Injectable } from '@nestjs/common';
import type { IncomingMessage } from 'node:http';
import { Settings } from '../config/settings.js';
import { Connections } from './connections.js';
import { OriginRule } from './origin-rule.js';
import { RealtimeStatus } from './realtime-status.js';

/** How long those who find no room are asked to wait. */
export const RETRY_AFTER_SECONDS = 5;

/** What is looked at before anybody is asked who they are. */
@Injectable()
export class EntryRules {
  private readonly origins: OriginRule;

  constructor(
    private readonly settings: Settings,
    private readonly status: RealtimeStatus,
    private readonly connections: Connections,
  ) {
    this.origins = new OriginRule(settings.allowedHosts);
  }

  /** No room, or about to stop. */
  get isFull(): boolean {
    const { maxSockets } = this.settings;
    return this.status.draining || (maxSockets > 0 && this.connections.count >= maxSockets);
  }

  allowsOrigin(origin: string): boolean {
    return this.origins.allows(origin);
  }

  allowsAddress(address: string): boolean {
    const limit = this.settings.maxSocketsPerAddress;
    return limit === 0 || this.connections.countOfAddress(address) < limit;
  }

  /** Behind a proxy: the address the last proxy saw, since earlier ones are the client's own word. */
  addressOf(request: IncomingMessage): string {
    const forwarded = this.settings.trustProxy ? request.headers['x-forwarded-for'] : undefined;
    const last = [forwarded].flat().join(',').split(',').at(-1)?.trim() ?? '';
    return last === '' ? (request.socket.remoteAddress ?? '') : last;
  }
}
