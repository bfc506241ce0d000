import { Body, Controller, Get, HttpCode, Param, Post, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { Roles } from '../auth/principal/roles.decorator.js';
import type { Page } from '../pagination/page.js';
import { DeadLetters } from './dead-letters.js';
import {
  DeadLetterDto,
  DeadLetterPageDto,
  DeadLetterQuery,
  RetriedDto,
  RetryDeadLettersDto,
} from './dead-letters.dto.js';

/** For administrators. */
@ApiTags('jobs')
@ApiBearerAuth()
@Roles('admin')
@Controller('jobs/dead-letters')
export class DeadLettersController {
  constructor(private readonly deadLetters: DeadLetters) {}

  @Get()
  @ApiOperation({
    summary: 'List background jobs whose attempts all failed, newest first',
    description: 'For administrators.',
  })
  @ApiOkResponse({ type: DeadLetterPageDto })
  list(@Query() query: DeadLetterQuery): Promise<Page<DeadLetterDto>> {
    return this.deadLetters.list(query);
  }

  @Post('retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Retry all dead letters once, or only those of a queue' })
  @ApiOkResponse({ type: RetriedDto })
  async retryAll(@Body() { queue }: RetryDeadLettersDto): Promise<RetriedDto> {
    return { retried: await this.deadLetters.retryAll(queue) };
  }

  @Post(':id/retry')
  @HttpCode(200)
  @ApiOperation({ summary: 'Retry a dead letter once' })
  @ApiOkResponse({ type: RetriedDto })
  async retry(@Param('id') id: string): Promise<RetriedDto> {
    await this.deadLetters.retry(id);
    return { retried: 1 };
  }
}
