import { Body, Controller, Get, HttpCode, HttpStatus, Patch, Post } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.decorator.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { ChangeMeDto, LoginDto, RefreshDto, RegisterDto, TokensDto, UserDto } from './auth.dto.js';
import { AuthService } from './auth.service.js';
import { CurrentPrincipal } from '../principal/current-principal.decorator.js';
import type { Principal } from '../principal/principal.js';
import { RegistrationRequestParam } from './registration-request.decorator.js';
import { SignInClientParam } from './sign-in-client.decorator.js';
import type { SignInClient } from './sign-in-client.decorator.js';
import { SignsIn } from './signs-in.decorator.js';

@ApiTags('auth')
@Controller('auth')
export class AuthController {
  constructor(private readonly auth: AuthService) {}

  @Post('register')
  @SignsIn()
  @ApiOperation({ summary: 'Register an account and sign in' })
  @ApiIdempotencyKey('; a repeated request signs in to the account that the first one created')
  @ApiCreatedResponse({ type: TokensDto })
  register(
    @RegistrationRequestParam() request: IdempotentRequest | null,
    @Body() body: RegisterDto,
    @SignInClientParam() client: SignInClient,
  ): Promise<TokensDto> {
    return this.auth.register(request, body, client);
  }

  @Post('login')
  @SignsIn()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({ summary: 'Sign in' })
  @ApiOkResponse({ type: TokensDto })
  login(@Body() body: LoginDto, @SignInClientParam() client: SignInClient): Promise<TokensDto> {
    return this.auth.login(body, client);
  }

  @Post('refresh')
  @SignsIn()
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Exchange a refresh token for new tokens',
    description:
      'For 30 seconds, the same token returns the same new tokens, so that a client can repeat a lost request and two tabs can refresh at once. Later reuse of the token ends its session.',
  })
  @ApiOkResponse({ type: TokensDto })
  refresh(@Body() body: RefreshDto, @SignInClientParam() client: SignInClient): Promise<TokensDto> {
    return this.auth.refresh(body.refresh_token, client);
  }

  @Post('logout')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Sign out: revoke the session and its tokens',
    description: 'All tokens of the session become invalid at once, and its sockets are closed with 4006.',
  })
  @ApiNoContentResponse()
  logout(@CurrentPrincipal() principal: Principal): Promise<void> {
    return this.auth.logout(principal);
  }

  @Get('me')
  @ApiBearerAuth()
  @ApiOperation({ summary: 'Get the signed-in user' })
  @ApiOkResponse({ type: UserDto })
  me(@CurrentPrincipal() principal: Principal): Promise<UserDto> {
    return this.auth.me(principal);
  }

  @Patch('me')
  @ApiBearerAuth()
  @ApiOperation({
    summary: 'Change your name, phone number, language or time zone',
    description: 'Omitted members do not change; null removes a value.',
  })
  @ApiOkResponse({ type: UserDto })
  changeMe(@CurrentPrincipal() principal: Principal, @Body() body: ChangeMeDto): Promise<UserDto> {
    return this.auth.changeMe(principal, body);
  }
}
