import { Body, Controller, Delete, Get, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.decorator.js';
import { CurrentPrincipal } from '../../auth/principal/current-principal.decorator.js';
import type { Principal } from '../../auth/principal/principal.js';
import { Roles } from '../../auth/principal/roles.decorator.js';
import { IdempotentRequestParam } from '../../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import type { Page } from '../../pagination/page.js';
import {
  ChangeWebhookDto,
  CreateWebhookDto,
  ReplayDto,
  ReplayedDto,
  RotateSecretDto,
  WebhookDeliveryPageDto,
  WebhookDeliveryQuery,
  WebhookDto,
  WebhookListDto,
  WebhookMessageIdDto,
  WebhookWithSecretDto,
} from './webhook-endpoints.dto.js';
import type { WebhookDeliveryDto } from './webhook-endpoints.dto.js';
import { WebhookEndpoints } from './webhook-endpoints.js';
import { WebhookRecord } from './webhook-record.js';

@ApiTags('webhooks')
@ApiBearerAuth()
@Roles('admin')
@Controller('webhooks')
export class WebhooksController {
  constructor(
    private readonly endpoints: WebhookEndpoints,
    private readonly record: WebhookRecord,
  ) {}

  @Post()
  @ApiOperation({
    summary: 'Create a webhook endpoint',
    description:
      'For administrators. Returns the secret once. The endpoint receives events from about a second after the answer.',
  })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: WebhookWithSecretDto })
  create(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentPrincipal() principal: Principal,
    @Body() body: CreateWebhookDto,
  ): Promise<WebhookWithSecretDto> {
    return this.endpoints.create(request, principal, body);
  }

  @Get()
  @ApiOperation({ summary: 'List the webhook endpoints, oldest first', description: 'For administrators.' })
  @ApiOkResponse({ type: WebhookListDto })
  async list(): Promise<WebhookListDto> {
    return { results: await this.endpoints.list() };
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get a webhook endpoint', description: 'For administrators.' })
  @ApiOkResponse({ type: WebhookDto })
  find(@Param('id') id: string): Promise<WebhookDto> {
    return this.endpoints.find(id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change a webhook endpoint, or disable and enable it',
    description: 'For administrators. Enabling it also sends the messages that were stored before it was disabled.',
  })
  @ApiOkResponse({ type: WebhookDto })
  change(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: ChangeWebhookDto,
  ): Promise<WebhookDto> {
    return this.endpoints.change(principal, id, body);
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'Delete a webhook endpoint and its record', description: 'For administrators.' })
  @ApiNoContentResponse()
  delete(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.endpoints.delete(principal, id);
  }

  @Post(':id/rotate-secret')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Replace the secret of a webhook endpoint',
    description: 'For administrators. Both secrets sign until the overlap has passed.',
  })
  @ApiOkResponse({ type: WebhookWithSecretDto })
  rotateSecret(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: RotateSecretDto,
  ): Promise<WebhookWithSecretDto> {
    return this.endpoints.rotateSecret(principal, id, body.overlap_s);
  }

  @Post(':id/test')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({ summary: 'Send the event webhook.test to a webhook endpoint', description: 'For administrators.' })
  @ApiOkResponse({ type: WebhookMessageIdDto })
  async test(@Param('id') id: string): Promise<WebhookMessageIdDto> {
    return { message_id: await this.record.test(id) };
  }

  @Post(':id/replay')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Send all events since a time again',
    description:
      'For administrators. Receivers recognise repeated messages by the header `webhook-id`. Events are kept for HISTORY_DAYS, if an endpoint received them when they occurred.',
  })
  @ApiOkResponse({ type: ReplayedDto })
  async replay(@Param('id') id: string, @Body() { since }: ReplayDto): Promise<ReplayedDto> {
    return { replayed: await this.record.replay(id, since) };
  }

  @Get(':id/deliveries')
  @ApiOperation({
    summary: 'List what was sent to a webhook endpoint, newest first',
    description: 'For administrators.',
  })
  @ApiOkResponse({ type: WebhookDeliveryPageDto })
  deliveries(@Param('id') id: string, @Query() query: WebhookDeliveryQuery): Promise<Page<WebhookDeliveryDto>> {
    return this.record.list(id, query);
  }
}
