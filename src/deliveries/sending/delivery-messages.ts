import { Injectable } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { unlinked } from '../../text/unlinked-text.js';
import { NotificationTexts } from '../../notification-types/texts/notification-texts.js';
import type { NamedReader } from '../../notification-types/texts/notification-texts.js';
import { NotificationTypes } from '../../notification-types/types/notification-types.js';
import type { OutgoingMessage, ProviderChannel, Recipient } from '../../providers/provider/delivery-provider.js';
import type { LoadedDelivery } from './delivery-loader.js';
import type { DigestItem } from './digest-items.js';
import { UnsubscribeLinks } from '../unsubscribe/unsubscribe-links.js';

type User = Pick<LoadedDelivery['user'], 'id' | 'name' | 'email' | 'phone' | 'language' | 'timeZone'>;

/** Renders a notification for a channel and its recipient. */
@Injectable()
export class DeliveryMessages {
  constructor(
    private readonly types: NotificationTypes,
    private readonly texts: NotificationTexts,
    private readonly settings: Settings,
    private readonly links: UnsubscribeLinks,
  ) {}

  compose(
    channel: ProviderChannel,
    { notification, user }: LoadedDelivery,
  ): { recipient: Recipient; message: OutgoingMessage } {
    const { id, title, message, data, createdAt } = notification;
    const type = this.types.get(notification.type);
    const unsubscribeUrl =
      channel === 'email' && !type.mandatory
        ? this.links.url({ userId: user.id, notificationTypes: [type.name], channel })
        : null;
    const facts = { title, message, data, createdAt, unsubscribeUrl };
    return {
      recipient: this.recipient(user),
      message: {
        notificationId: id,
        notificationType: type.name,
        data,
        urgent: type.urgent,
        unsubscribeUrl,
        ...this.texts.onChannel(channel, type, facts, this.reader(user)),
      },
    };
  }

  /** One e-mail with several notifications, in the order given. Its link unsubscribes from e-mail for all their types. */
  composeDigest(
    digestId: string,
    items: readonly DigestItem[],
    user: User,
  ): { recipient: Recipient; message: OutgoingMessage } {
    const notificationTypes = [...new Set(items.map(({ notificationType }) => this.types.get(notificationType).name))];
    const unsubscribeUrl = this.links.url({ userId: user.id, notificationTypes, channel: 'email' });
    return {
      recipient: this.recipient(user),
      message: {
        notificationId: digestId,
        notificationType: this.types.digest.name,
        data: {},
        urgent: false,
        unsubscribeUrl,
        ...this.texts.digest(items, this.reader(user), unsubscribeUrl),
      },
    };
  }

  private recipient({ id: userId, name, email, phone, language }: User): Recipient {
    return {
      userId,
      name: unlinked(name),
      email,
      phone,
      language: language ?? this.settings.notifications.defaultLanguage,
    };
  }

  private reader({ name, language, timeZone }: User): NamedReader {
    const { defaultLanguage, defaultTimeZone } = this.settings.notifications;
    return { name, language: language ?? defaultLanguage, timeZone: timeZone ?? defaultTimeZone };
  }
}
