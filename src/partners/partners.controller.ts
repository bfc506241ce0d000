import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { PageQuery } from '../pagination/page.js';
import { EarningsService } from './earnings.service.js';
import { EarningsDto, PartnerDto } from './partners.dto.js';
import { PartnersService } from './partners.service.js';

/** `partners/me/orders/` is in the `orders` room. */
@ApiTags('partners')
@ApiBearerAuth()
@Roles('partner')
@Controller('partners/me')
export class PartnersController {
  constructor(
    private readonly partners: PartnersService,
    private readonly earnings: EarningsService,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Get your partner profile. Orders are assigned to its `id`' })
  @ApiOkResponse({ type: PartnerDto })
  me(@CurrentPrincipal() principal: Principal): Promise<PartnerDto> {
    return this.partners.ofUser(principal.userId);
  }

  @Get('earnings')
  @ApiOperation({ summary: 'List your earnings, newest first' })
  @ApiOkResponse({ type: EarningsDto })
  async myEarnings(@CurrentPrincipal() principal: Principal, @Query() query: PageQuery): Promise<EarningsDto> {
    const { id } = await this.partners.ofUser(principal.userId);
    return this.earnings.list(id, query);
  }
}
