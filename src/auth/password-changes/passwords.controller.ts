import { Body, Controller, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../principal/current-principal.decorator.js';
import type { Principal } from '../principal/principal.js';
import { Public } from '../principal/public.decorator.js';
import { SignInClientParam } from '../sign-in/sign-in-client.decorator.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';
import { PasswordByLink } from './password-by-link.js';
import { PasswordChanges } from './password-changes.js';
import { ChangePasswordDto, ResetPasswordDto } from './passwords.dto.js';

@ApiTags('auth')
@Controller('auth')
export class PasswordsController {
  constructor(
    private readonly changes: PasswordChanges,
    private readonly byLink: PasswordByLink,
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
}
