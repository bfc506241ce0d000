import { Injectable } from '@nestjs/common';
import type { User } from '../../auth/users/users.js';
import { publicBase } from '../../config/public-base.js';
import { Settings } from '../../config/settings.js';
import { emailHtml } from '../../notification-types/texts/email-html.js';
import type { OutgoingMessage } from '../../providers/provider/delivery-provider.js';
import { confirmationTexts } from './confirmation-texts.js';
import { ConfirmationTokens } from './confirmation-tokens.js';
import type { Confirmation } from '../store/confirmations.repository.js';

/** Composes the messages that request a confirmation. */
@Injectable()
export class ConfirmationWriter {
  constructor(
    private readonly settings: Settings,
    private readonly tokens: ConfirmationTokens,
  ) {}

  write({ id, kind }: Confirmation, { language }: User): OutgoingMessage {
    const texts = confirmationTexts(language, this.settings.notifications.defaultLanguage);
    const base = publicBase(this.settings);
    const site = base === null ? 'Tidings' : new URL(base).host;
    const put = (text: string): string => text.replace('{code}', this.tokens.codeOf(id)).replace('{site}', site);
    const envelope = {
      notificationId: id,
      notificationType: 'confirm_address',
      data: {},
      urgent: true,
      unsubscribeUrl: null,
      title: texts.subject,
    };
    if (kind === 'phone') return { ...envelope, text: put(texts.sms), html: null };
    const link = base === null ? [] : [`${texts.link} ${base}/api/auth/confirm-email/link/${this.tokens.tokenOf(id)}/`];
    const text = [put(texts.code), ...link, texts.footer].join('\n\n');
    const html = emailHtml({ title: texts.subject, text, body: null, language: texts.language });
    return { ...envelope, text: `${text}\n`, html };
  }
}
