import { Controller, Get, Header, HttpCode, Param, Post } from '@nestjs/common';
import { ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/principal/public.decorator.js';
import { Settings } from '../config/settings.js';
import { PageErrors } from '../errors/answers/page-errors.decorator.js';
import { AnyQuery, TakesForms } from '../input/route-input.js';
import { escapeHtml } from '../text/escape-html.js';
import { htmlPage } from '../text/html-page.js';
import { ConfirmationAnswers } from './confirmation-answers.js';
import { confirmationTexts } from './messages/confirmation-texts.js';
import type { LocalizedTexts } from './messages/confirmation-texts.js';

const HTML = 'text/html; charset=utf-8';

/** The page behind the link in a confirmation e-mail. */
@ApiTags('auth')
@Public()
// Browsers send the button as a form, and services that rewrite links add query parameters.
@TakesForms()
@AnyQuery()
@PageErrors()
@Controller('auth/confirm-email/link')
export class ConfirmationPageController {
  constructor(
    private readonly answers: ConfirmationAnswers,
    private readonly settings: Settings,
  ) {}

  // The page asks for a click on a button, because mail scanners open every link.
  @Get(':token')
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Show the page that confirms an e-mail address', description: 'The link in the mail.' })
  @ApiOkResponse({ description: 'A page with a button' })
  async ask(@Param('token') token: string): Promise<string> {
    const { address, language } = await this.answers.find(token);
    const texts = this.textsFor(language);
    const button = `<form method="post"><button>${escapeHtml(texts.button)}</button></form>`;
    return page(texts, `<p>${escapeHtml(texts.question)}</p><p><b>${escapeHtml(address)}</b></p>${button}`);
  }

  @Post(':token')
  @HttpCode(200)
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Confirm an e-mail address with the token of a link',
    description: 'Called by the button of the page.',
  })
  @ApiOkResponse({ description: 'A page with the result' })
  async confirm(@Param('token') token: string): Promise<string> {
    const confirmation = await this.answers.find(token);
    await this.answers.byLink(confirmation);
    const texts = this.textsFor(confirmation.language);
    return page(texts, `<p>${escapeHtml(texts.done)}</p>`);
  }

  private textsFor(language: string | null): LocalizedTexts {
    return confirmationTexts(language, this.settings.notifications.defaultLanguage);
  }
}

function page({ language, subject }: LocalizedTexts, body: string): string {
  return htmlPage({ language, title: subject, body: `<h1>${escapeHtml(subject)}</h1>${body}` });
}
