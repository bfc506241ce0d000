import { Injectable } from '@nestjs/common';
import { Users } from '../../auth/users/users.js';
import { Settings } from '../../config/settings.js';
import type { Queryable } from '../../database/backend/transaction.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { NotificationTexts } from '../../notification-types/texts/notification-texts.js';
import type { NamedReader, Wording } from '../../notification-types/texts/notification-texts.js';
import { NotificationTypes } from '../../notification-types/types/notification-types.js';
import type { MessageObject } from '../../channel-layer/interface/message.js';

/**
 * The content of a notification. A missing title or message comes from the type's templates, in the language of each
 * recipient.
 */
export interface NotificationContent extends Partial<Wording> {
  readonly notificationType: string;
  readonly data?: MessageObject;
  /** Replaces an earlier notification with the same key. */
  readonly collapseKey?: string;
  /** ISO 8601, because the content of batches is stored as JSON. Absent: never. */
  readonly expiresAt?: string;
}

/** Determines the title and message of a notification for each of its recipients. */
@Injectable()
export class NotificationWording {
  constructor(
    private readonly types: NotificationTypes,
    private readonly texts: NotificationTexts,
    private readonly users: Users,
    private readonly settings: Settings,
  ) {}

  /**
   * Throws invalid_message for an unknown type in strict mode, and if the title, the message or a member of `data` used
   * by the type's templates is missing.
   */
  check({ notificationType, title, message, data }: NotificationContent): void {
    const type = this.types.require(notificationType);
    const errors = this.texts.problems(type, { title, message }, data ?? {});
    const [first] = errors;
    if (first) throw new ServiceError('invalid_message', `${first.pointer} ${first.detail}`, { errors });
  }

  /**
   * Title and message in the language of each of these users, in the order given. If both are given, no user is looked
   * up.
   */
  async forUsers(db: Queryable, content: NotificationContent, userIds: readonly string[]): Promise<Wording[]> {
    const { title, message } = content;
    if (title !== undefined && message !== undefined) return userIds.map(() => ({ title, message }));
    const profiles = await this.users.profiles(userIds, db);
    return userIds.map((userId) => {
      const { name = '', language, timeZone } = profiles.get(userId) ?? {};
      return this.render(content, this.reader(name, language, timeZone));
    });
  }

  /** In the default language, because a broadcast is stored only once. */
  forBroadcast(content: NotificationContent): Wording {
    return this.render(content, this.reader(''));
  }

  private reader(name: string, language?: string | null, timeZone?: string | null): NamedReader {
    const { defaultLanguage, defaultTimeZone } = this.settings.notifications;
    return { name, language: language ?? defaultLanguage, timeZone: timeZone ?? defaultTimeZone };
  }

  private render({ notificationType, title, message, data }: NotificationContent, reader: NamedReader): Wording {
    return this.texts.wording(this.types.get(notificationType), { title, message }, data ?? {}, reader);
  }
}
