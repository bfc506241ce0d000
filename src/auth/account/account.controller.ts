import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../principal/current-principal.decorator.js';
import type { Principal } from '../principal/principal.js';
import { Public } from '../principal/public.decorator.js';
import { SignInClientParam } from '../sign-in/sign-in-client.decorator.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';
import { ChangePasswordDto, EndSessionsQuery, ResetPasswordDto, SessionListDto } from './account.dto.js';
import { OwnSessions } from './own-sessions.js';
import { PasswordByLink } from './password-by-link.js';
import { PasswordChanges } from './password-changes.js';

/** The password and the sessions of an account. */
@ApiTags('auth')
@Controller('auth')
export class AccountController {
  constructor(
    private readonly changes: PasswordChanges,
    private readonly byLink: PasswordByLink,
    private readonly sessions: OwnSessions,
  ) {}

  @Post('password')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Change your password',
    description:
      'Ends all other sessions; their sockets are closed with 4006. 422 if the current password is wrong; failed attempts are limited like logins.',
  })
  @ApiNoContentResponse()
  changePassword(
    @CurrentPrincipal() principal: Principal,
    @Body() body: ChangePasswordDto,
    @SignInClientParam() client: SignInClient,
  ): Promise<void> {
    return this.changes.change(principal, body, client);
  }

  @Post('password-reset')
  @Public()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Set a new password with the token of a link',
    description:
      'For front ends with their own page (PASSWORD_RESET_URL). Ends all sessions of the user. The token works once. 404 if it is invalid, used or expired.',
  })
  @ApiNoContentResponse()
  async resetPassword(@Body() body: ResetPasswordDto, @SignInClientParam() { address }: SignInClient): Promise<void> {
    await this.byLink.set(await this.byLink.find(body.token), body.password, address);
  }

  @Get('sessions')
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'List your sessions',
    description: 'The open sessions, the most recently used first, at most 100.',
  })
  @ApiOkResponse({ type: SessionListDto })
  async listSessions(@CurrentPrincipal() principal: Principal): Promise<SessionListDto> {
    return { results: await this.sessions.list(principal) };
  }

  @Delete('sessions/:id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'End one of your sessions',
    description: 'Its tokens become invalid at once, and its sockets are closed with 4006.',
  })
  @ApiNoContentResponse()
  endSession(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.sessions.end(principal, id);
  }

  @Delete('sessions')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiBearerAuth()
  @ApiOperation({ summary: 'End all your sessions', description: 'With `keep_current=true`, all except this one.' })
  @ApiNoContentResponse()
  endSessions(@CurrentPrincipal() principal: Principal, @Query() query: EndSessionsQuery): Promise<void> {
    return this.sessions.endAll(principal, query.keep_current ?? false);
  }
}
