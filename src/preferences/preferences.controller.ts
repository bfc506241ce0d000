import { Body, Controller, Get, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../auth/principal/current-principal.decorator.js';
import type { Principal } from '../auth/principal/principal.js';
import { NotificationTypes } from '../notification-types/types/notification-types.js';
import { ChannelAvailability } from './channel-availability.js';
import { Preferences } from './preferences.js';
import { ChangePreferencesDto, PreferencesDto, TypeDefaultsDto } from './preferences.dto.js';
import type { TypeChoices, UserPreferences } from './user-preferences.js';

@ApiTags('notifications')
@ApiBearerAuth()
@ApiExtraModels(TypeDefaultsDto)
@Controller('notifications/preferences')
export class PreferencesController {
  constructor(
    private readonly preferences: Preferences,
    private readonly types: NotificationTypes,
    private readonly channels: ChannelAvailability,
  ) {}

  @Get()
  @ApiOperation({ summary: 'How you want to be told' })
  @ApiOkResponse({ type: PreferencesDto })
  async read(@CurrentPrincipal() { userId }: Principal): Promise<PreferencesDto> {
    return this.view(await this.preferences.ofOne(userId));
  }

  @Put()
  @ApiOperation({ summary: 'Say how you want to be told', description: 'Replaces all of it.' })
  @ApiOkResponse({ type: PreferencesDto })
  async replace(
    @CurrentPrincipal() { userId }: Principal,
    @Body() body: ChangePreferencesDto,
  ): Promise<PreferencesDto> {
    for (const name of Object.keys(body.types ?? {})) this.types.require(name, `#/types/${name}`);
    const { quiet_hours: quiet, digest = 'none' } = body;
    const quietHours = quiet ? { start: quiet.start, end: quiet.end, time_zone: quiet.time_zone ?? null } : null;
    const chosen = { types: plainChoices(body.types ?? {}), quietHours, digest };
    return this.view(await this.preferences.replace(userId, chosen));
  }

  private view({ types, quietHours, digest }: UserPreferences): PreferencesDto {
    const chosen = Object.entries(types).map(([name, choice]) => [
      name,
      { channels: this.preferences.chosen(name, choice) },
    ]);
    return {
      types: Object.fromEntries(chosen) as TypeChoices,
      quiet_hours: quietHours,
      digest,
      available_channels: this.channels.available,
      unavailable_channels: this.channels.unavailable,
      defaults: Object.fromEntries(this.types.all.map(({ name, channels, urgent }) => [name, { channels, urgent }])),
    };
  }
}

/** Each channel once, and nothing else that was sent along. */
function plainChoices(types: TypeChoices): TypeChoices {
  return Object.fromEntries(
    Object.entries(types).map(([name, { channels }]) => [name, { channels: [...new Set(channels)] }]),
  );
}
