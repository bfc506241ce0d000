import { Controller, Get, HttpStatus, Res } from '@nestjs/common';
import { ApiOperation, ApiTags } from '@nestjs/swagger';
import type { Response } from 'express';
import { Public } from '../auth/principal/public.decorator.js';
import { AnyQuery } from '../input/route-input.js';
import { HealthChecks } from './health-checks.js';
import type { HealthReport } from './health-checks.js';

/** For those who restart us (`live`) and those who send us requests (`ready`). */
@ApiTags('health')
@Public()
@AnyQuery()
@Controller('health')
export class HealthController {
  constructor(private readonly checks: HealthChecks) {}

  /** 200 as long as the process answers at all; looks at nothing else, so that no outage elsewhere gets us restarted. */
  @ApiOperation({ summary: 'Liveness probe' })
  @Get('live')
  live(): { status: 'ok' } {
    return { status: 'ok' };
  }

  /** 200 `ok`, 200 `degraded` while Redis is away, 503 `unavailable` without the database or while draining. */
  @ApiOperation({ summary: 'Readiness probe' })
  @Get('ready')
  async ready(@Res({ passthrough: true }) response: Response): Promise<HealthReport> {
    const report = await this.checks.report();
    response.setHeader('Cache-Control', 'no-store');
    if (report.status === 'unavailable') response.status(HttpStatus.SERVICE_UNAVAILABLE);
    return report;
  }
}
