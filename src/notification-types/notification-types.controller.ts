import { Body, Controller, Get, HttpCode, HttpStatus, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { NotificationPreviews } from './notification-previews.js';
import type { NotificationType } from './types/notification-type.js';
import { NotificationTypes } from './types/notification-types.js';
import { NotificationTypesDto, PreviewDto, PreviewRequestDto } from './notification-types.dto.js';
import type { NotificationTypeDto } from './notification-types.dto.js';

@ApiTags('notification types')
@ApiBearerAuth()
@Roles('admin')
@Controller('notification-types')
export class NotificationTypesController {
  constructor(
    private readonly types: NotificationTypes,
    private readonly previews: NotificationPreviews,
  ) {}

  @Get()
  @ApiKeyScope('notifications:read')
  @ApiOperation({ summary: 'List the notification types', description: 'For administrators.' })
  @ApiOkResponse({ type: NotificationTypesDto })
  list(): NotificationTypesDto {
    return { results: this.types.all.map(typeView) };
  }

  @Post('preview')
  @HttpCode(HttpStatus.OK)
  @ApiOperation({
    summary: 'Preview a notification on each channel',
    description: 'For administrators. Nothing is sent or stored. `templates` previews a draft.',
  })
  @ApiOkResponse({ type: PreviewDto })
  preview(@CurrentPrincipal() principal: Principal, @Body() body: PreviewRequestDto): PreviewDto {
    return this.previews.preview(body, principal.name);
  }
}

function typeView({ name, channels, urgent, quietHours, escalate, templates }: NotificationType): NotificationTypeDto {
  return {
    name,
    channels,
    urgent,
    quiet_hours: quietHours,
    escalate: escalate.map(({ afterSeconds, channel }) => ({ after_s: afterSeconds, channel })),
    languages: [...templates.keys()].sort(),
  };
}
