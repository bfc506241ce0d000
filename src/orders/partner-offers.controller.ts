import { Controller, Get } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { OfferAnswers } from './life/offer-answers.js';
import { OpenOffersDto } from './requests/order-offers.dto.js';

@ApiTags('partners')
@ApiBearerAuth()
@Roles('partner')
@Controller('partners/me/offers')
export class PartnerOffersController {
  constructor(private readonly answers: OfferAnswers) {}

  @Get()
  @ApiOperation({ summary: 'List the orders that are offered to you' })
  @ApiOkResponse({ type: OpenOffersDto })
  list(@CurrentPrincipal() principal: Principal): Promise<OpenOffersDto> {
    return this.answers.open(principal);
  }
}
