import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Req } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.decorator.js';
import type { Request } from 'express';
import type { Actor } from '../auth/principal/actor.js';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentActor } from '../auth/principal/current-principal.decorator.js';
import { IdempotentRequestParam } from '../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { PageQuery } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import { PublicUrls } from '../realtime-info/public-urls.js';
import { OrderShares } from './order-shares.js';
import type { Share } from './order-shares.js';
import { ShareTokens } from './share-tokens.js';
import { socketUrl } from './share-urls.js';
import { CreateShareDto, ShareDto, SharePageDto } from './shared-orders.dto.js';

/** Links with which anyone can follow an order, managed by its customer and by administrators. */
@ApiTags('orders')
@ApiBearerAuth()
@Controller('orders/:id/share')
export class OrderSharesController {
  constructor(
    private readonly shares: OrderShares,
    private readonly tokens: ShareTokens,
    private readonly urls: PublicUrls,
  ) {}

  @Post()
  @ApiKeyScope('orders:write')
  @ApiOperation({
    summary: 'Create a link with which anyone can follow the order, read-only',
    description:
      'The link is valid until the order ends or the link expires or is revoked. It shows no names, addresses, prices or chat.',
  })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: ShareDto })
  async create(
    @IdempotentRequestParam() idempotent: IdempotentRequest | null,
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Body() body: CreateShareDto,
    @Req() request: Request,
  ): Promise<ShareDto> {
    return this.view(await this.shares.create(idempotent, actor, id, body.expires_in ?? null), request);
  }

  @Get()
  @ApiKeyScope('orders:read')
  @ApiOperation({ summary: 'List the valid links, newest first' })
  @ApiOkResponse({ type: SharePageDto })
  async list(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() query: PageQuery,
    @Req() request: Request,
  ): Promise<Page<ShareDto>> {
    const page = await this.shares.list(actor, id, query);
    return { ...page, results: page.results.map((share) => this.view(share, request)) };
  }

  @Delete(':share_id')
  @ApiKeyScope('orders:write')
  @HttpCode(204)
  @ApiOperation({ summary: 'Revoke a link. Clients that follow the order with it are disconnected' })
  @ApiNoContentResponse()
  revoke(@CurrentActor() actor: Actor, @Param('id') id: string, @Param('share_id') shareId: string): Promise<void> {
    return this.shares.revoke(actor, id, shareId);
  }

  /** The token is in the fragment of the page's address, because browsers do not send fragments to servers. */
  private view(share: Share, request: Request): ShareDto {
    const token = this.tokens.tokenOf(share.id);
    const base = this.urls.base(request);
    return {
      ...share,
      token,
      url: `${base}/follow/#${token}`,
      api_url: `${base}/api/shared-orders/${token}/`,
      ws_url: socketUrl(this.urls, request, token),
    };
  }
}
