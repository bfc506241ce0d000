import { Body, Controller, Delete, Get, HttpCode, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.decorator.js';
import { authorOf } from '../auth/principal/actor.js';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { NotStored } from '../auth/sign-in/not-stored.decorator.js';
import { IdempotentRequestParam } from '../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { PageQuery } from '../pagination/page.js';
import type { Page } from '../pagination/page.js';
import {
  ApiKeyDto,
  ApiKeyPageDto,
  ChangeApiKeyDto,
  CreateApiKeyDto,
  DEFAULT_OVERLAP,
  NewApiKeyDto,
  RotateApiKeyDto,
} from './api-keys.dto.js';
import { ApiKeys } from './api-keys.js';

/** For administrators. No route has a scope, so a key cannot manage keys. */
@ApiTags('API keys')
@ApiBearerAuth()
@Roles('admin')
@Controller('api-keys')
export class ApiKeysController {
  constructor(private readonly keys: ApiKeys) {}

  @Post()
  @NotStored()
  @ApiOperation({
    summary: 'Create an API key',
    description:
      'For administrators. The answer is the only one that contains `key`. A request that is repeated with its Idempotency-Key ' +
      'returns the same key with a further secret; both secrets are valid for 24 hours, then only the newer one.',
  })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: NewApiKeyDto })
  create(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentPrincipal() principal: Principal,
    @Body() { name, scopes, expires_at: expiresAt = null }: CreateApiKeyDto,
  ): Promise<NewApiKeyDto> {
    return this.keys.create(request, authorOf(principal), { name, scopes, expiresAt });
  }

  @Get()
  @ApiOperation({ summary: 'List API keys, also revoked ones, newest first', description: 'For administrators.' })
  @ApiOkResponse({ type: ApiKeyPageDto })
  list(@Query() query: PageQuery): Promise<Page<ApiKeyDto>> {
    return this.keys.list(query);
  }

  @Get(':id')
  @ApiOperation({ summary: 'Get an API key, without its secret', description: 'For administrators.' })
  @ApiOkResponse({ type: ApiKeyDto })
  find(@Param('id') id: string): Promise<ApiKeyDto> {
    return this.keys.find(id);
  }

  @Patch(':id')
  @ApiOperation({
    summary: 'Change the name, the scopes or the expiry of an API key',
    description:
      'For administrators. Omitted members do not change. The next request with the key is judged by the new values.',
  })
  @ApiOkResponse({ type: ApiKeyDto })
  change(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() body: ChangeApiKeyDto,
  ): Promise<ApiKeyDto> {
    return this.keys.change(authorOf(principal), id, body);
  }

  @Post(':id/rotate')
  @HttpCode(200)
  @NotStored()
  @ApiOperation({
    summary: 'Replace the secret of an API key',
    description:
      'For administrators. The secret used so far is accepted for another `overlap_s` seconds, a day by default. A secret from before ' +
      'an earlier rotation is rejected at once.',
  })
  @ApiOkResponse({ type: NewApiKeyDto })
  rotate(
    @CurrentPrincipal() principal: Principal,
    @Param('id') id: string,
    @Body() { overlap_s: overlap = DEFAULT_OVERLAP }: RotateApiKeyDto,
  ): Promise<NewApiKeyDto> {
    return this.keys.rotate(authorOf(principal), id, overlap);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({
    summary: 'Revoke an API key. Repeating the request is safe',
    description: 'For administrators. Every node rejects the key from now on. It stays in the list.',
  })
  @ApiNoContentResponse()
  revoke(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.keys.revoke(authorOf(principal), id);
  }
}
