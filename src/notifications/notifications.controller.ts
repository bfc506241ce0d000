import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query, Res } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiBody,
  ApiCreatedResponse,
  ApiExtraModels,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
  getSchemaPath,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.decorator.js';
import type { Response } from 'express';
import { BatchDto } from '../batches/batches.dto.js';
import { authorOf } from '../auth/principal/actor.js';
import type { Actor } from '../auth/principal/actor.js';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentActor, CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { IdempotentRequestParam } from '../idempotency/idempotent-request.decorator.js';
import { BodyLimit } from '../input/route-input.js';
import type { Page } from '../pagination/page.js';
import { NotificationAccess } from './notification/notification-access.js';
import { filterOf } from './notification/notification-filter.js';
import { NotificationListQuery, NotificationQuery, ReadAllQuery } from './requests/notification-list.dto.js';
import { NotificationRequests } from './sending/notification-requests.js';
import type { Created } from './sending/notification-requests.js';
import {
  CreateNotificationDto,
  NotificationDto,
  NotificationPageDto,
  NotificationResultsDto,
  MarkSeenDto,
  ReadAllDto,
  SeenDto,
  UnreadCountDto,
} from './requests/notifications.dto.js';
import { NotificationsService } from './notification/notifications.service.js';

/** Without an example, Swagger UI would send every member at once, but a notification has exactly one audience. */
const BROADCAST_EXAMPLE = {
  broadcast: true,
  notification_type: 'general',
  title: 'Tonight at ten',
  message: 'We close for an hour of maintenance.',
  data: { link: '/status' },
};

@ApiTags('notifications')
@ApiBearerAuth()
@ApiExtraModels(NotificationDto, NotificationResultsDto, BatchDto)
@Controller('notifications')
export class NotificationsController {
  constructor(
    private readonly notifications: NotificationsService,
    private readonly requests: NotificationRequests,
    private readonly access: NotificationAccess,
  ) {}

  @Get()
  @ApiKeyScope('notifications:read')
  @ApiOperation({ summary: 'List notifications and broadcasts, newest first' })
  @ApiOkResponse({
    type: NotificationPageDto,
    headers: {
      'X-Stream-Position': {
        description: 'A `since` value: a socket opened with it receives everything newer than this list',
        schema: { type: 'string' },
      },
    },
  })
  async list(
    @CurrentActor() actor: Actor,
    @Query() query: NotificationListQuery,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<NotificationDto>> {
    const reader = await this.access.reader(actor, query.user_id);
    const { position, page } = await this.notifications.list(reader, query);
    response.setHeader('X-Stream-Position', position);
    return page;
  }

  @Get('unread-count')
  @ApiOperation({ summary: 'Count unread notifications' })
  @ApiOkResponse({ type: UnreadCountDto })
  async unreadCount(@CurrentPrincipal() principal: Principal): Promise<UnreadCountDto> {
    return { count: await this.notifications.unreadCount(principal.userId) };
  }

  @Post()
  @Roles('admin')
  @ApiKeyScope('notifications:send')
  @BodyLimit({ bytes: 5 * 1024 * 1024, values: 110_000 })
  @ApiOperation({
    summary: 'Send a notification to one user, several users or all users',
    description: 'For administrators.',
  })
  @ApiIdempotencyKey()
  @ApiBody({ type: CreateNotificationDto, examples: { broadcast: { value: BROADCAST_EXAMPLE } } })
  @ApiCreatedResponse({
    description:
      'The notification; with `user_ids` one per user, in the given order; with `send_at` the batch that will send it',
    schema: { oneOf: [NotificationDto, NotificationResultsDto, BatchDto].map((dto) => ({ $ref: getSchemaPath(dto) })) },
  })
  @ApiAcceptedResponse({ type: BatchDto, description: 'More than 1,000 users: sent in the background' })
  async create(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentActor() actor: Actor,
    @Body() body: CreateNotificationDto,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Created> {
    const created = await this.requests.create(request, authorOf(actor), body);
    if ('batch_id' in created && created.send_at === null) response.status(202);
    return created;
  }

  @Post('read-all')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark all notifications as read, or all that match a filter' })
  @ApiOkResponse({ type: ReadAllDto })
  async readAll(@CurrentPrincipal() { userId }: Principal, @Query() query: ReadAllQuery): Promise<ReadAllDto> {
    const filter = filterOf(query);
    const isFiltered = Object.keys(filter).length > 0;
    const updated = isFiltered
      ? await this.notifications.markMatchingRead(userId, filter)
      : await this.notifications.markAllRead(userId);
    return { updated };
  }

  @Get(':id')
  @ApiKeyScope('notifications:read')
  @ApiOperation({
    summary: 'Get a notification',
    description:
      'For its owner and administrators. Administrators also get notifications that their owner has deleted.',
  })
  @ApiOkResponse({ type: NotificationDto })
  find(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() { user_id: userId }: NotificationQuery,
  ): Promise<NotificationDto> {
    return this.access.find(actor, id, userId);
  }

  @Post('seen')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Mark everything in the inbox as seen, or everything up to a notification',
    description: 'For the moment when an inbox opens. Seen notifications stay unread.',
  })
  @ApiOkResponse({ type: SeenDto })
  async see(
    @CurrentPrincipal() { userId }: Principal,
    @Body() { up_to: upTo }: MarkSeenDto = new MarkSeenDto(),
  ): Promise<SeenDto> {
    return { up_to: await this.notifications.markSeen(userId, upTo ?? null) };
  }

  @Post(':id/archive')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Archive a notification. Repeating the request is safe',
    description: 'It leaves the list and the unread count. A broadcast stays in the lists of other users.',
  })
  @ApiOkResponse({ type: NotificationDto })
  archive(@CurrentPrincipal() { userId }: Principal, @Param('id') id: string): Promise<NotificationDto> {
    return this.notifications.archive(userId, id);
  }

  @Post(':id/unarchive')
  @HttpCode(200)
  @ApiOperation({ summary: 'Take a notification back from the archive. Repeating the request is safe' })
  @ApiOkResponse({ type: NotificationDto })
  unarchive(@CurrentPrincipal() { userId }: Principal, @Param('id') id: string): Promise<NotificationDto> {
    return this.notifications.unarchive(userId, id);
  }

  @Post(':id/read')
  @HttpCode(200)
  @ApiOperation({ summary: 'Mark a notification as read. Repeating the request is safe' })
  @ApiOkResponse({ type: NotificationDto })
  read(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<NotificationDto> {
    return this.notifications.markRead(principal.userId, id);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a notification from your list. A broadcast stays in the lists of other users' })
  @ApiNoContentResponse()
  remove(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.notifications.remove(principal.userId, id);
  }
}
