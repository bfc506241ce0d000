import { Injectable } from '@nestjs/common';
import { NOTIFICATION_CHANNELS } from '../notification-types/types/notification-type.js';
import type { NotificationChannel } from '../notification-types/types/notification-type.js';
import { Providers } from '../providers/providers.js';

/** The channels that this installation can use, and why the others are off. */
@Injectable()
export class ChannelAvailability {
  constructor(private readonly providers: Providers) {}

  /** Always includes sockets, because a notification stays in the log until a client connects. */
  get available(): NotificationChannel[] {
    return NOTIFICATION_CHANNELS.filter((channel) => this.isOn(channel));
  }

  isOn(channel: NotificationChannel): boolean {
    return channel === 'websocket' || this.providers.off(channel) === null;
  }

  /** Maps each unavailable channel to the reason, worded for operators. */
  get unavailable(): Partial<Record<NotificationChannel, string>> {
    return this.providers.unavailable;
  }
}
