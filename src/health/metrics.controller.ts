import { Controller, Get, Res, UseGuards } from '@nestjs/common';
import { ApiExcludeController } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/principal/public.decorator.js';
import { AnyQuery } from '../input/route-input.js';
import { MetricsGuard } from './metrics.guard.js';
import { ServiceRegistry } from './service-registry.js';

/** For Prometheus. MetricsGuard controls the access; tokens of users are not checked. */
@ApiExcludeController()
@Public()
@AnyQuery()
@UseGuards(MetricsGuard)
@Controller('metrics')
export class MetricsController {
  constructor(private readonly service: ServiceRegistry) {}

  @Get()
  async metrics(@Res() response: Response): Promise<void> {
    const text = await this.service.text();
    // Not `send`, because it would change the format of the content type's parameters.
    response.setHeader('Content-Type', this.service.contentType).end(text);
  }
}
