import { Controller, Get, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import type { Page } from '../pagination/page.js';
import { Presence } from '../presence/presence.js';
import { partnerStream } from '../streams/names/group-names.js';
import { ListedPartnerDto, PartnerListQuery, PartnerPageDto } from './partners.dto.js';
import { PartnersService } from './partners.service.js';

@ApiTags('partners')
@ApiBearerAuth()
@Roles('admin')
@Controller('partners')
export class PartnerListController {
  constructor(
    private readonly partners: PartnersService,
    private readonly presence: Presence,
  ) {}

  @Get()
  @ApiKeyScope('users:read')
  @ApiOperation({
    summary: 'List the partners, whether they are on duty and whether they are online',
    description: 'For administrators. Disabled users are omitted.',
  })
  @ApiOkResponse({ type: PartnerPageDto })
  async list(@Query() query: PartnerListQuery): Promise<Page<ListedPartnerDto>> {
    const page = await this.partners.list(query);
    const results = page.results.map(async (partner) => {
      const online = await this.presence.lookUp(partnerStream(partner.id));
      return Object.assign(partner, { online: online.size > 0 });
    });
    return { ...page, results: await Promise.all(results) };
  }
}
