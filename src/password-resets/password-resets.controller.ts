import { Body, Controller, HttpCode, HttpStatus, Ip, Post } from '@nestjs/common';
import { ApiAcceptedResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Public } from '../auth/principal/public.decorator.js';
import { RequestPasswordResetDto } from './password-resets.dto.js';
import { PasswordResets } from './password-resets.js';

@ApiTags('auth')
@Public()
@Controller('auth/password-reset')
export class PasswordResetsController {
  constructor(private readonly resets: PasswordResets) {}

  @Post('request')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Request a link that sets a new password',
    description:
      'If an account has this address, a message is sent to it. The answer is the same if none has. 429 after 3 requests in an hour for ' +
      'an account, or 30 from an address; 422 if the e-mail channel is off.',
  })
  @ApiAcceptedResponse({ description: 'Accepted' })
  request(@Body() { email }: RequestPasswordResetDto, @Ip() ip: string): Promise<void> {
    return this.resets.request(email, ip);
  }
}
