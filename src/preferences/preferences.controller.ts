import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { NotificationTypes } from '../notification-types/types/notification-types.js';
import { ServiceError } from '../errors/error/service-error.js';
import type { NotificationChannel } from '../notification-types/types/notification-type.js';
import { Preferences } from './preferences.js';
import { ChangePreferencesDto, PreferencesDto, TypeDefaultsDto } from './preferences.dto.js';
import { PreferencesView } from './preferences-view.js';
import type { TypeChoices } from './user-preferences.js';

@ApiTags('notifications')
@ApiBearerAuth()
@ApiExtraModels(TypeDefaultsDto)
@Controller('notifications/preferences')
export class PreferencesController {
  constructor(
    private readonly preferences: Preferences,
    private readonly types: NotificationTypes,
    private readonly views: PreferencesView,
  ) {}

  @Get()
  @ApiOperation({ summary: 'Get your notification preferences' })
  @ApiOkResponse({ type: PreferencesDto })
  async read(@CurrentPrincipal() { userId }: Principal): Promise<PreferencesDto> {
    return this.views.of(await this.preferences.ofOne(userId));
  }

  @Put()
  @ApiOperation({
    summary: 'Replace your notification preferences',
    description: 'Omitted members are reset to their defaults.',
  })
  @ApiOkResponse({ type: PreferencesDto })
  async replace(
    @CurrentPrincipal() { userId }: Principal,
    @Body() body: ChangePreferencesDto,
  ): Promise<PreferencesDto> {
    for (const [name, { channels }] of Object.entries(body.types ?? {})) {
      this.types.require(name, `#/types/${name}`);
      this.requireMandatory(name, channels);
    }
    const { quiet_hours: quiet, digest = 'none' } = body;
    const quietHours = quiet ? { start: quiet.start, end: quiet.end, time_zone: quiet.time_zone ?? null } : null;
    const chosen = { types: plainChoices(body.types ?? {}), quietHours, digest };
    return this.views.of(await this.preferences.replace(userId, chosen));
  }

  private requireMandatory(name: string, channels: readonly NotificationChannel[]): void {
    if (!this.types.get(name).mandatory) return;
    const missing = this.preferences.channelsOf(name).filter((channel) => !channels.includes(channel));
    if (missing.length === 0) return;
    const detail = `must include ${missing.join(', ')}: notifications of the type ${name} cannot be turned off`;
    const errors = [{ pointer: `#/types/${name}/channels`, detail }];
    throw new ServiceError('invalid_message', `#/types/${name}/channels ${detail}`, { errors });
  }
}

/** Removes duplicate channels and unknown members. */
function plainChoices(types: TypeChoices): TypeChoices {
  return Object.fromEntries(
    Object.entries(types).map(([name, { channels }]) => [name, { channels: [...new Set(channels)] }]),
  );
}
