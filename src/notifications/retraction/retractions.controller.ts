import { Controller, HttpCode, Param, Post } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyScope } from '../../auth/principal/api-key-scope.decorator.js';
import { authorOf } from '../../auth/principal/actor.js';
import type { Actor } from '../../auth/principal/actor.js';
import { CurrentActor } from '../../auth/principal/current-principal.decorator.js';
import { Roles } from '../../auth/principal/roles.decorator.js';
import { NotificationRetractions } from './notification-retractions.js';
import { RetractionDto } from './retraction.dto.js';

/** Takes back notifications that were sent. Batches have their own route. */
@ApiTags('notifications')
@ApiBearerAuth()
@Roles('admin')
@Controller('notifications')
export class RetractionsController {
  constructor(private readonly retractions: NotificationRetractions) {}

  @Post(':id/retract')
  @ApiKeyScope('notifications:send')
  @HttpCode(200)
  @ApiOperation({
    summary: 'Retract a notification or a broadcast for all its recipients. Repeating the request is safe',
    description:
      'For administrators. The notification leaves all lists and unread counts, open sockets receive `notification_retracted`, ' +
      'and waiting deliveries are skipped. What was already delivered by e-mail, SMS or push cannot be taken back.',
  })
  @ApiOkResponse({ type: RetractionDto })
  retract(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<RetractionDto> {
    return this.retractions.retract(id, authorOf(actor));
  }
}
