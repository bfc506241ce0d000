import { Controller, Get, Put } from '@nestjs/common';
import { ApiBearerAuth, ApiOperation, ApiTags } from '@nestjs/swagger';
import { ServiceError } from '../errors/service-error.js';

/** Routes of the contract that are not there yet: they say so (501) rather than 404. */
@ApiTags('notifications')
@ApiBearerAuth()
@Controller('notifications')
export class PendingNotificationsController {
  @Get('preferences')
  @ApiOperation({ summary: 'Preferences (not there yet: 501)' })
  preferences(): never {
    throw notThereYet('preferences');
  }

  @Put('preferences')
  @ApiOperation({ summary: 'Preferences (not there yet: 501)' })
  changePreferences(): never {
    throw notThereYet('preferences');
  }
}

function notThereYet(what: string): ServiceError {
  return new ServiceError('not_implemented', `Not there yet: ${what}.`);
}
