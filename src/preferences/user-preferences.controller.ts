import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../audit/audit-log.js';
import type { Actor } from '../auth/principal/actor.js';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentActor } from '../auth/principal/current-principal.decorator.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { Users } from '../auth/users/users.js';
import { Preferences } from './preferences.js';
import { PreferencesDto } from './preferences.dto.js';
import { PreferencesView } from './preferences-view.js';

@ApiTags('users')
@ApiBearerAuth()
@Roles('admin')
@Controller('users/:id/preferences')
export class UserPreferencesController {
  constructor(
    private readonly users: Users,
    private readonly audit: AuditLog,
    private readonly preferences: Preferences,
    private readonly views: PreferencesView,
  ) {}

  @Get()
  @ApiKeyScope('users:read')
  @ApiOperation({ summary: 'Get the notification preferences of a user', description: 'For administrators.' })
  @ApiOkResponse({ type: PreferencesDto })
  async read(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<PreferencesDto> {
    await this.users.require(id);
    await this.audit.noteRead(actor, 'user_read', { type: 'user', id });
    return this.views.of(await this.preferences.ofOne(id));
  }
}
