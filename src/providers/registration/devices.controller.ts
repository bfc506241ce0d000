import { Body, Controller, Delete, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import {
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiNoContentResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../../idempotency/api-idempotency-key.decorator.js';
import { CurrentPrincipal } from '../../auth/principal/current-principal.decorator.js';
import type { Principal } from '../../auth/principal/principal.js';
import { IdempotentRequestParam } from '../../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { PageQuery } from '../../pagination/page.js';
import { DeviceRegistration } from './device-registration.js';
import { DeviceDto, DevicePageDto, RegisterDeviceDto } from './devices.dto.js';

/** The devices that receive push messages. */
@ApiTags('devices')
@ApiBearerAuth()
@Controller('devices')
export class DevicesController {
  constructor(private readonly registration: DeviceRegistration) {}

  @Post()
  @ApiOperation({
    summary: 'Register a phone or browser for push',
    description:
      'To renew a registration, send the same token or endpoint again. If the device was registered by another user, it is transferred to you.',
  })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: DeviceDto })
  register(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentPrincipal() principal: Principal,
    @Body() body: RegisterDeviceDto,
  ): Promise<DeviceDto> {
    return this.registration.register(request, principal.userId, body);
  }

  @Get()
  @ApiOperation({ summary: 'List your devices, newest first, and the key for Web Push subscriptions' })
  @ApiOkResponse({ type: DevicePageDto })
  list(@CurrentPrincipal() principal: Principal, @Query() query: PageQuery): Promise<DevicePageDto> {
    return this.registration.list(principal.userId, query);
  }

  @Delete(':id')
  @HttpCode(204)
  @ApiOperation({ summary: 'Remove a device from push' })
  @ApiNoContentResponse()
  remove(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.registration.remove(principal.userId, id);
  }
}
