import { Injectable } from '@nestjs/common';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/error/service-error.js';
import type { FieldError } from '../errors/error/service-error.js';
import { NotificationTexts } from './texts/notification-texts.js';
import type { NotificationFacts } from './texts/notification-texts.js';
import type { NotificationType } from './types/notification-type.js';
import { NotificationTypes } from './types/notification-types.js';
import type { PreviewDto, PreviewRequestDto } from './notification-types.dto.js';
import { readTemplates } from './templates/template-reader.js';
import type { Problem } from './templates/template-reader.js';
import { mergedTemplates } from './templates/type-templates.js';

/** Renders previews of notifications without sending them. */
@Injectable()
export class NotificationPreviews {
  constructor(
    private readonly types: NotificationTypes,
    private readonly texts: NotificationTexts,
    private readonly settings: Settings,
  ) {}

  /** Throws invalid_message for drafts that do not compile and for data that does not match the templates. */
  preview(body: PreviewRequestDto, userName: string): PreviewDto {
    const type = this.typeOf(body);
    const { title, message, data = {} } = body;
    refuse(this.texts.problems(type, { title, message }, data));
    const reader = {
      language: body.language ?? this.settings.notifications.defaultLanguage,
      timeZone: body.time_zone ?? this.settings.notifications.defaultTimeZone,
      name: body.user_name ?? userName,
    };
    const wording = this.texts.wording(type, { title, message }, data, reader);
    const facts: NotificationFacts = { ...wording, data, createdAt: new Date(), unsubscribeUrl: null };
    const email = this.texts.onChannel('email', type, facts, reader);
    const sms = this.texts.onChannel('sms', type, facts, reader);
    const push = this.texts.onChannel('push', type, facts, reader);
    return {
      ...wording,
      email: { subject: email.title, text: email.text, html: email.html ?? '' },
      sms: { text: sms.text },
      push: { title: push.title, text: push.text },
    };
  }

  private typeOf({ notification_type: name, templates }: PreviewRequestDto): NotificationType {
    // With draft templates, the type need not be declared yet.
    const type = templates ? this.types.get(name) : this.types.require(name);
    const problems: Problem[] = [];
    const draft = readTemplates(templates ?? {}, ['templates'], problems);
    refuse(problems.map(({ path, detail }) => ({ pointer: `#/${path.map(pointerPart).join('/')}`, detail })));
    return { ...type, templates: mergedTemplates(type.templates, draft) };
  }
}

function refuse(errors: readonly FieldError[]): void {
  const [first] = errors;
  if (first) throw new ServiceError('invalid_message', `${first.pointer} ${first.detail}`, { errors });
}

/** RFC 6901, percent-encoded for a URI fragment. */
function pointerPart(name: string): string {
  return encodeURIComponent(name.replaceAll('~', '~0').replaceAll('/', '~1'));
}
