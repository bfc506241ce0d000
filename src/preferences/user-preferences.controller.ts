import { Controller, Get, Param } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
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
    private readonly preferences: Preferences,
    private readonly views: PreferencesView,
  ) {}

  @Get()
  @ApiKeyScope('users:read')
  @ApiOperation({ summary: 'Get the notification preferences of a user', description: 'For administrators.' })
  @ApiOkResponse({ type: PreferencesDto })
  async read(@Param('id') id: string): Promise<PreferencesDto> {
    await this.users.require(id);
    return this.views.of(await this.preferences.ofOne(id));
  }
}
