import { Injectable } from '@nestjs/common';
import type { NotificationChannel } from '../../notifications/notification/notifications.dto.js';
import { Providers } from '../../providers/providers.js';

/** What this installation can send. */
@Injectable()
export class PlannedSends {
  constructor(private readonly providers: Providers) {}

  /** Sockets never are. */
  isOff(channel: NotificationChannel): boolean {
    return channel !== 'websocket' && this.providers.off(channel) !== null;
  }
}
