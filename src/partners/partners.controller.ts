import { Controller, Get, Query, Req, Res, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { earningsCsv } from './earnings-csv.js';
import { EarningsService } from './earnings.service.js';
import { EarningsDto, EarningsQuery, PartnerDto } from './partners.dto.js';
import { PartnersService } from './partners.service.js';

const CSV_FILE = { type: 'text/csv; charset=utf-8', disposition: 'attachment; filename="earnings.csv"' };

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
    response.vary('Accept');
    const format = query.format ?? (request.accepts(['json', 'csv']) === 'csv' ? 'csv' : 'json');
    if (format === 'json') return this.earnings.list(id, query);
    const csv = earningsCsv(await this.earnings.file(id, query));
    // The client may disconnect before it has read the whole file.
    response.once('close', () => csv.destroy());
    const file = new StreamableFile(csv, CSV_FILE);
    // A file that ends early must not look complete.
    return file.setErrorHandler(() => response.destroy());
  }
}
