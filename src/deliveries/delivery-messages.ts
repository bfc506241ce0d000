import { Injectable } from '@nestjs/common';
import type { OutgoingMessage, ProviderChannel, Recipient } from '../providers/delivery-provider.js';
import type { LoadedDelivery } from './delivery-loader.js';

/** Puts a notification into the words of a channel and its reader. */
@Injectable()
export class DeliveryMessages {
  compose(
    channel: ProviderChannel,
    { notification, user }: LoadedDelivery,
  ): { recipient: Recipient; message: OutgoingMessage } {
    const { id, type, title, message, data } = notification;
    const html = channel === 'email' ? `<h1>${escaped(title)}</h1><p>${escaped(message)}</p>` : null;
    return {
      recipient: { userId: user.id, name: user.name, email: user.email, phone: null, language: 'en' },
      message: {
        ...{ notificationId: id, notificationType: type, title, text: message, html, data },
        ...{ urgent: false, unsubscribeUrl: null },
      },
    };
  }
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
