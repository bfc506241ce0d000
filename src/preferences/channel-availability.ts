import { Injectable } from '@nestjs/common';
import { NOTIFICATION_CHANNELS } from '../notification-types/types/notification-type.js';
import type { NotificationChannel } from '../notification-types/types/notification-type.js';
import { Providers } from '../providers/providers.js';

/** Which channels this installation has, and why not the others. */
@Injectable()
export class ChannelAvailability {
  constructor(private readonly providers: Providers) {}

  /** Sockets are always one: a notification waits in the log for whoever opens one. */
  get available(): NotificationChannel[] {
    return NOTIFICATION_CHANNELS.filter((channel) => this.isOn(channel));
  }

  isOn(channel: NotificationChannel): boolean {
    return channel === 'websocket' || this.providers.off(channel) === null;
  }

  /** Channel -> why it is off, in words an operator can act on. */
  get unavailable(): Partial<Record<NotificationChannel, string>> {
    return this.providers.unavailable;
  }
}
