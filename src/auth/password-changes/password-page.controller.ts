import { Body, Controller, Get, Header, HttpCode, HttpStatus, Param, Post, Res } from '@nestjs/common';
import { ApiBody, ApiConsumes, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Settings } from '../../config/settings.js';
import { PageErrors } from '../../errors/answers/page-errors.decorator.js';
import { ServiceError } from '../../errors/error/service-error.js';
import { AnyQuery, TakesForms } from '../../input/route-input.js';
import { escapeHtml } from '../../text/escape-html.js';
import { htmlPage } from '../../text/html-page.js';
import { MAX_PASSWORD_LENGTH, MIN_PASSWORD_LENGTH } from '../passwords/new-password.decorator.js';
import { Public } from '../principal/public.decorator.js';
import { SignInClientParam } from '../sign-in/sign-in-client.decorator.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';
import { PasswordByLink } from './password-by-link.js';
import type { OpenPasswordLink } from './password-by-link.js';
import { passwordTexts } from './password-texts.js';
import type { LocalizedPasswordTexts } from './password-texts.js';

const HTML = 'text/html; charset=utf-8';

/** The page on which a user sets a password, behind a link that works once. */
@ApiTags('auth')
@Public()
@TakesForms()
// Services that rewrite links add query parameters.
@AnyQuery()
@PageErrors()
@Controller('auth/password-reset/link')
export class PasswordPageController {
  constructor(
    private readonly passwords: PasswordByLink,
    private readonly settings: Settings,
  ) {}

  @Get(':token')
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Show the page that sets a password', description: 'The link in the mail.' })
  @ApiOkResponse({ description: 'A page with a form' })
  async ask(@Param('token') token: string): Promise<string> {
    return this.form(await this.passwords.find(token));
  }

  @Post(':token')
  @HttpCode(HttpStatus.OK)
  @Header('content-type', HTML)
  @Header('cache-control', 'no-store')
  @ApiOperation({ summary: 'Set a password with the token of a link', description: 'Called by the form of the page.' })
  @ApiConsumes('application/x-www-form-urlencoded')
  @ApiBody({ schema: { type: 'object', required: ['password'], properties: { password: { type: 'string' } } } })
  @ApiOkResponse({ description: 'A page with the result' })
  async set(
    @Param('token') token: string,
    @Body() form: { readonly password?: unknown } | undefined,
    @SignInClientParam() { address }: SignInClient,
    @Res({ passthrough: true }) response: Response,
  ): Promise<string> {
    const open = await this.passwords.find(token);
    const texts = this.textsFor(open);
    const { password } = form ?? {};
    try {
      await this.passwords.set(open, requireLength(password), address);
    } catch (error) {
      if (!(error instanceof ServiceError) || error.code !== 'invalid_message') throw error;
      response.status(HttpStatus.UNPROCESSABLE_ENTITY);
      return this.form(open, `<p role="alert">${escapeHtml(texts.weak)}</p>`);
    }
    return page(texts, `<p>${escapeHtml(texts.done)}</p>`);
  }

  private form(open: OpenPasswordLink, alert = ''): string {
    const texts = this.textsFor(open);
    const email = escapeHtml(open.user.email ?? '');
    // The field with the address is for password managers.
    return page(
      texts,
      `<p>${escapeHtml(texts.question)} <b>${email}</b></p>${alert}<form method="post">` +
        `<input type="text" name="username" value="${email}" autocomplete="username" hidden>` +
        `<label>${escapeHtml(texts.label)}<input type="password" name="password" autocomplete="new-password" required autofocus ` +
        `minlength="${MIN_PASSWORD_LENGTH}" maxlength="${MAX_PASSWORD_LENGTH}"></label>` +
        `<button>${escapeHtml(texts.button)}</button></form>`,
    );
  }

  private textsFor({ user }: OpenPasswordLink): LocalizedPasswordTexts {
    return passwordTexts(user.language, this.settings.notifications.defaultLanguage);
  }
}

function requireLength(password: unknown): string {
  if (
    typeof password === 'string' &&
    password.length >= MIN_PASSWORD_LENGTH &&
    password.length <= MAX_PASSWORD_LENGTH
  ) {
    return password;
  }
  throw new ServiceError('invalid_message', 'password must have 8 to 128 characters.');
}

function page(texts: LocalizedPasswordTexts, body: string): string {
  return htmlPage({ language: texts.language, title: texts.title, body: `<h1>${escapeHtml(texts.title)}</h1>${body}` });
}
