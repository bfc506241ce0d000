import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../../auth/principal/public.decorator.js';
import { Database } from '../../database/database.js';
import { ServiceError } from '../../errors/service-error.js';
import { AnyQuery, TakesForms } from '../../input/route-input.js';
import { escapeHtml } from '../../notification-types/templates/html-text.js';
import { Preferences } from '../../preferences/preferences.js';
import { UnsubscribeLinks } from './unsubscribe-links.js';
import type { Subscription } from './unsubscribe-links.js';

/** The pages behind the links in mails; whoever has the link may use it. */
@ApiTags('notifications')
@Public()
// Mail programs send forms, and services that rewrite links add parameters.
@TakesForms()
@AnyQuery()
@Controller('notifications/unsubscribe')
export class UnsubscribeController {
  constructor(
    private readonly links: UnsubscribeLinks,
    private readonly preferences: Preferences,
    private readonly database: Database,
  ) {}

  // Asks only: programs that look at mails open every link in them.
  @Get(':token')
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({ summary: 'Asks whether to end a subscription', description: 'The link at the end of a mail.' })
  @ApiOkResponse({ description: 'A page with a button' })
  ask(@Param('token') token: string): string {
    const subscription = this.read(token);
    const button = '<form method="post"><button>Unsubscribe</button></form>';
    return page(`<p>No more ${named(subscription)}?</p>${button}`);
  }

  @Post(':token')
  @HttpCode(200)
  @Header('content-type', 'text/html; charset=utf-8')
  @ApiOperation({
    summary: 'Ends a subscription with one click (RFC 8058)',
    description:
      'Takes the channel off the type of the mail, or off all types in a digest, in the preferences of the user, who may put it back there.',
  })
  @ApiOkResponse({ description: 'A page that says so' })
  async unsubscribe(@Param('token') token: string): Promise<string> {
    const subscription = this.read(token);
    const { userId, notificationTypes, channel } = subscription;
    await this.database.transaction((tx) => this.preferences.turnOff(tx, userId, notificationTypes, channel));
    return page(`<p>Done: no more ${named(subscription)}. You can have them back in your preferences.</p>`);
  }

  private read(token: string): Subscription {
    const subscription = this.links.read(token);
    if (!subscription) throw new ServiceError('not_found', 'This link is none of ours, or it is not complete.');
    return subscription;
  }
}

function named({ notificationTypes, channel }: Subscription): string {
  const types = notificationTypes.map((type) => `<b>${escapeHtml(type)}</b>`);
  return `messages of the kind ${types.join(', ')} by ${channel}`;
}

function page(body: string): string {
  return (
    '<!doctype html><html lang="en"><head><meta charset="utf-8"><meta name="robots" content="noindex">' +
    `<meta name="viewport" content="width=device-width"><title>Unsubscribe</title></head><body>${body}</body></html>\n`
  );
}
