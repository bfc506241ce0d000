import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Actor } from '../../auth/principal/actor.js';
import { ApiKeyScope } from '../../auth/principal/api-key-scope.decorator.js';
import { CurrentActor } from '../../auth/principal/current-principal.decorator.js';
import { NotificationTypes } from '../../notification-types/types/notification-types.js';
import { NOTIFICATION_CHANNELS } from '../../notifications/requests/notifications.dto.js';
import { Providers } from '../../providers/providers.js';
import { DeliveriesDto, DeliveryQuery, ExplanationsDto } from './deliveries.dto.js';
import type { DeliveryDto } from './deliveries.dto.js';
import type { DeliveryRow } from './deliveries.repository.js';
import { DeliveryRecord } from './delivery-record.js';
import { explanation } from './explanation.js';

@ApiTags('notifications')
@ApiBearerAuth()
@Controller('notifications')
export class DeliveriesController {
  constructor(
    private readonly record: DeliveryRecord,
    private readonly providers: Providers,
    private readonly types: NotificationTypes,
  ) {}

  @Get(':id/deliveries')
  @ApiKeyScope('notifications:read')
  @ApiOperation({
    summary: 'List the deliveries of a notification',
    description: 'For its owner and administrators.',
  })
  @ApiOkResponse({ type: DeliveriesDto })
  async deliveries(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() { user_id: userId }: DeliveryQuery,
  ): Promise<DeliveriesDto> {
    const { rows } = await this.record.read(actor, id, userId);
    return { results: rows.map(deliveryView) };
  }

  @Get(':id/explain')
  @ApiKeyScope('notifications:read')
  @ApiOperation({
    summary: 'Explain why each channel did or did not deliver a notification',
    description: 'For its owner and administrators.',
  })
  @ApiOkResponse({ type: ExplanationsDto })
  async explain(
    @CurrentActor() actor: Actor,
    @Param('id') id: string,
    @Query() { user_id: userId }: DeliveryQuery,
  ): Promise<ExplanationsDto> {
    const { notification, rows } = await this.record.read(actor, id, userId);
    const results = NOTIFICATION_CHANNELS.map((channel) => {
      const row = rows.find((each) => each.channel === channel);
      const off = channel === 'websocket' ? null : this.providers.off(channel);
      const { notificationType } = notification;
      const isOfType = this.types.get(notificationType).channels.includes(channel);
      const isBroadcast = notification.userId === null;
      const circumstances = { channel, notificationType, isBroadcast, isOfType, off };
      return { channel, status: row?.status ?? ('not_planned' as const), explanation: explanation(row, circumstances) };
    });
    return { results };
  }
}

function deliveryView({ channel, status, attempts, lastError, reason, dueAt, updatedAt }: DeliveryRow): DeliveryDto {
  return {
    channel,
    status,
    attempts,
    last_error: lastError,
    reason,
    due_at: status === 'queued' ? (dueAt?.toISOString() ?? null) : null,
    updated_at: updatedAt.toISOString(),
  };
}
