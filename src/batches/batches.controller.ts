import { Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { authorOf } from '../auth/principal/actor.js';
import type { Actor } from '../auth/principal/actor.js';
import { CurrentActor } from '../auth/principal/current-principal.decorator.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import type { Page } from '../pagination/page.js';
import { BatchDto, BatchListQuery, BatchPageDto } from './batches.dto.js';
import { Batches } from './batches.js';

/** Notifications sent in the background: scheduled ones, and those to more than 1,000 users. */
@ApiTags('notifications')
@ApiBearerAuth()
@Roles('admin')
@Controller('notifications/batches')
export class BatchesController {
  constructor(private readonly batches: Batches) {}

  @Get()
  @ApiKeyScope('notifications:read')
  @ApiOperation({
    summary: 'List batches: scheduled, in progress and finished, newest first',
    description: 'For administrators.',
  })
  @ApiOkResponse({ type: BatchPageDto })
  list(@Query() query: BatchListQuery): Promise<Page<BatchDto>> {
    return this.batches.list(query);
  }

  @Get(':id')
  @ApiKeyScope('notifications:read')
  @ApiOperation({ summary: 'Get the progress of a batch', description: 'For administrators.' })
  @ApiOkResponse({ type: BatchDto })
  find(@Param('id') id: string): Promise<BatchDto> {
    return this.batches.find(id);
  }

  @Delete(':id')
  @ApiKeyScope('notifications:send')
  @ApiOperation({
    summary: 'Cancel the part of a batch that has not been sent. Repeating the request is safe',
    description: 'For administrators. 409 if the whole batch has been sent.',
  })
  @ApiOkResponse({ type: BatchDto })
  cancel(@Param('id') id: string): Promise<BatchDto> {
    return this.batches.cancel(id);
  }

  @Post(':id/retract')
  @ApiKeyScope('notifications:send')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Stop a batch, and retract the notifications that it has sent. Repeating the request is safe',
    description:
      'For administrators. The notifications are retracted in the background; `retracted` counts them, and a last ' +
      '`batch_progress` follows when all are retracted.',
  })
  @ApiOkResponse({ type: BatchDto })
  retract(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<BatchDto> {
    return this.batches.retract(id, authorOf(actor));
  }
}
