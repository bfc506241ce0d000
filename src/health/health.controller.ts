import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/principal/public.decorator.js';
import { AnyQuery } from '../input/route-input.js';
import { HealthChecks } from './health-checks.js';
import type { HealthReport } from './health-checks.js';

/** Probes: `live` for programs that restart this process, `ready` for load balancers. */
@ApiTags('health')
@Public()
@AnyQuery()
@Controller('health')
export class HealthController {
  constructor(private readonly checks: HealthChecks) {}

  /** 200 while the process responds. Checks nothing else, so that an outage of another server does not cause a restart. */
  @ApiOperation({ summary: 'Liveness probe' })
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 `ok`, 200 `degraded` while Redis is unavailable, 503 `unavailable` without the database or while draining. */
  @ApiOperation({ summary: 'Readiness probe' })
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    const report = await this.checks.report();
    response.setHeader('Cache-Control', 'no-store');
    if (report.status === 'unavailable') response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return report;
  }
}
