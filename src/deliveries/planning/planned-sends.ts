import { Injectable } from '@nestjs/common';
import type { NotificationChannel } from '../../notifications/requests/notifications.dto.js';
import { Providers } from '../../providers/providers.js';

/** Which channels this installation can send on. */
@Injectable()
export class PlannedSends {
  constructor(private readonly providers: Providers) {}

  /** Sockets are never off. */
  isOff(channel: NotificationChannel): boolean {
    return channel !== 'websocket' && this.providers.off(channel) !== null;
  }
}
