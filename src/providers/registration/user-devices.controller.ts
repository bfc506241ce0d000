import { Controller, Get, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { AuditLog } from '../../audit/audit-log.js';
import type { Actor } from '../../auth/principal/actor.js';
import { ApiKeyScope } from '../../auth/principal/api-key-scope.decorator.js';
import { CurrentActor } from '../../auth/principal/current-principal.decorator.js';
import { Roles } from '../../auth/principal/roles.decorator.js';
import { Users } from '../../auth/users/users.js';
import { PageQuery } from '../../pagination/page.js';
import { DeviceRegistration } from './device-registration.js';
import { DevicePageDto } from './devices.dto.js';

@ApiTags('users')
@ApiBearerAuth()
@Roles('admin')
@Controller('users/:id/devices')
export class UserDevicesController {
  constructor(
    private readonly users: Users,
    private readonly audit: AuditLog,
    private readonly registration: DeviceRegistration,
  ) {}

  @Get()
  @ApiKeyScope('users:read')
  @ApiOperation({
    summary: 'List the devices of a user that receive push messages, newest first',
    description: 'For administrators. The addresses of the devices are not shown.',
  })
  @ApiOkResponse({ type: DevicePageDto })
  async list(@CurrentActor() actor: Actor, @Param('id') id: string, @Query() query: PageQuery): Promise<DevicePageDto> {
    await this.users.require(id);
    await this.audit.noteRead(actor, 'user_read', { type: 'user', id });
    return this.registration.list(id, query);
  }
}
