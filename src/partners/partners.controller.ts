import { Body, Controller, Get, Put, Query, Req, Res } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { csvAnswer, csvFile, listFormat } from '../pagination/csv-file.js';
import { EarningsService } from './earnings.service.js';
import { DutyDto, EarningsDto, EarningsQuery, PartnerDto } from './partners.dto.js';
import { PartnersService } from './partners.service.js';

const COLUMNS = ['order_id', 'amount', 'currency', 'created_at'] as const;

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

  @Put('duty')
  @ApiOperation({
    summary: 'Go on duty or off duty',
    description: 'Orders are offered only to partners on duty. Orders can still be assigned to partners off duty.',
  })
  @ApiOkResponse({ type: PartnerDto })
  setDuty(@CurrentPrincipal() principal: Principal, @Body() body: DutyDto): Promise<PartnerDto> {
    return this.partners.setDuty(principal.userId, body.on_duty);
  }

  @Get('earnings')
  @ApiOperation({
    summary: 'List your earnings',
    description:
      'With `?format=csv` or `Accept: text/csv`, a CSV file with all earnings in the given time: `order_id`, `amount`, `currency` ' +
      'and `created_at`.',
  })
  @ApiExtraModels(EarningsDto)
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(EarningsDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  async myEarnings(
    @CurrentPrincipal() principal: Principal,
    @Query() query: EarningsQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<EarningsDto | StreamableFile> {
    const { id } = await this.partners.ofUser(principal.userId);
    if (listFormat(query.format, request, response) === 'json') return this.earnings.list(id, query);
    return csvAnswer(csvFile(COLUMNS, await this.earnings.file(id, query)), 'earnings', response);
  }
}
