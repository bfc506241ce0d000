import { Body, Controller, Get, HttpCode, HttpStatus, Ip, Post } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Users } from '../auth/users/users.js';
import { Settings } from '../config/settings.js';
import { ConfirmationAnswers } from './confirmation-answers.js';
import { Confirmations } from './confirmations.js';
import { ConfirmationCodeDto, ConfirmationRequestedDto, ConfirmationsDto } from './confirmations.dto.js';

const REQUEST =
  'Sends a code to the address of the signed-in user. 409 if it is confirmed already, 422 if there is no address or the channel is off, ' +
  '429 after 3 messages in an hour or 5 in a day.';

@ApiTags('auth')
@ApiBearerAuth()
@Controller('auth')
export class ConfirmationsController {
  constructor(
    private readonly confirmations: Confirmations,
    private readonly answers: ConfirmationAnswers,
    private readonly users: Users,
    private readonly settings: Settings,
  ) {}

  @Get('confirmations')
  @ApiOperation({ summary: 'Get the confirmation state of your addresses' })
  @ApiOkResponse({ type: ConfirmationsDto })
  async read(@CurrentPrincipal() { userId }: Principal): Promise<ConfirmationsDto> {
    const user = await this.users.find(userId);
    return {
      email: { address: user?.email ?? null, confirmed: Boolean(user?.email && user.emailConfirmedAt) },
      phone: { address: user?.phone ?? null, confirmed: Boolean(user?.phone && user.phoneConfirmedAt) },
      required: this.settings.notifications.confirmAddresses,
    };
  }

  @Post('confirm-email/request')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ summary: 'Request a code and a link by e-mail', description: REQUEST })
  @ApiAcceptedResponse({ type: ConfirmationRequestedDto })
  async requestEmail(@CurrentPrincipal() { userId }: Principal, @Ip() ip: string): Promise<ConfirmationRequestedDto> {
    return { expires_in: await this.confirmations.request(userId, 'email', ip) };
  }

  @Post('confirm-email')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Confirm your e-mail address with the code',
    description: '422 for a wrong or expired code.',
  })
  @ApiNoContentResponse()
  confirmEmail(@CurrentPrincipal() { userId }: Principal, @Body() { code }: ConfirmationCodeDto): Promise<void> {
    return this.answers.byCode(userId, 'email', code);
  }

  @Post('confirm-phone/request')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ summary: 'Request a code by SMS', description: REQUEST })
  @ApiAcceptedResponse({ type: ConfirmationRequestedDto })
  async requestPhone(@CurrentPrincipal() { userId }: Principal, @Ip() ip: string): Promise<ConfirmationRequestedDto> {
    return { expires_in: await this.confirmations.request(userId, 'phone', ip) };
  }

  @Post('confirm-phone')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Confirm your phone number with the code', description: '422 for a wrong or expired code.' })
  @ApiNoContentResponse()
  confirmPhone(@CurrentPrincipal() { userId }: Principal, @Body() { code }: ConfirmationCodeDto): Promise<void> {
    return this.answers.byCode(userId, 'phone', code);
  }
}
