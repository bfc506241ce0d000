import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../../auth/principal/public.decorator.js';
import { Database } from '../../database/database.js';
import { PageErrors } from '../../errors/answers/page-errors.decorator.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { AnyQuery, TakesForms } from '../../input/route-input.js';
import { escapeHtml } from '../../text/escape-html.js';
import { htmlPage } from '../../text/html-page.js';
import { Preferences } from '../../preferences/preferences.js';
import { Users } from '../../auth/users/users.js';
import { Settings } from '../../config/settings.js';
import { NotificationTypes } from '../../notification-types/types/notification-types.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';
import type { Subscription } from './unsubscribe-links.js';
import { unsubscribeTexts } from './unsubscribe-texts.js';

type LocalizedTexts = ReturnType<typeof unsubscribeTexts>;

/** The pages that links in e-mails open. The link is the only authorization. */
@ApiTags('notifications')
@Public()
// Mail programs send forms, and services that rewrite links add parameters.
@TakesForms()
@AnyQuery()
@PageErrors()
@Controller('notifications/unsubscribe')
export class UnsubscribeController {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly types: NotificationTypes,
    private readonly preferences: Preferences,
    private readonly database: Database,
    private readonly users: Users,
    private readonly settings: Settings,
  ) {}

  // Only asks for confirmation, because mail scanners open every link in an e-mail.
  @Get(':token')
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({
    summary: 'Show the page that ends an e-mail subscription',
    description: 'The link at the end of a mail.',
  })
  @ApiOkResponse({ description: 'A page with a button' })
  async ask(@Param('token') token: string): Promise<string> {
    const subscription = this.read(token);
    const texts = await this.textsFor(subscription);
    const button = `<form method="post"><button>${texts.button}</button></form>`;
    return page(texts, `<p>${filled(texts.question, subscription, texts)}</p>${button}`);
  }

  @Post(':token')
  @HttpCode(200)
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({
    summary: 'End an e-mail subscription with one click (RFC 8058)',
    description:
      'Removes the channel from the type of the mail, or from all types in a digest, in the preferences of the user. The user can add it again there.',
  })
  @ApiOkResponse({ description: 'A page with the result' })
  async unsubscribe(@Param('token') token: string): Promise<string> {
    const subscription = this.read(token);
    const { userId, notificationTypes, channel } = subscription;
    await this.database.transaction((tx) => this.preferences.turnOff(tx, userId, notificationTypes, channel));
    const texts = await this.textsFor(subscription);
    return page(texts, `<p>${filled(texts.done, subscription, texts)}</p>`);
  }

  /** The texts in the language of the user who received the e-mail. */
  private async textsFor({ userId }: Subscription): Promise<LocalizedTexts> {
    const profiles = await this.users.profiles([userId]);
    return unsubscribeTexts(profiles.get(userId)?.language ?? null, this.settings.notifications.defaultLanguage);
  }

  private read(token: string): Subscription {
    const subscription = this.links.read(token);
    if (!subscription) throw new ServiceError('not_found', 'This link is invalid or incomplete.');
    // E-mails of earlier releases contain such links.
    if (subscription.notificationTypes.every((name) => this.types.get(name).mandatory)) {
      throw new ServiceError('conflict', 'Notifications of this type cannot be turned off.');
    }
    return subscription;
  }
}

function filled(text: string, { notificationTypes, channel }: Subscription, { channels }: LocalizedTexts): string {
  const types = notificationTypes.map((type) => `<b>${escapeHtml(type)}</b>`);
  return text.replace('{types}', types.join(', ')).replace('{channel}', channels[channel]);
}

function page({ language, title }: LocalizedTexts, body: string): string {
  return htmlPage({ language, title, body: `<h1>${escapeHtml(title)}</h1>${body}` });
}
