import { Controller, Delete, Get, HttpCode, HttpStatus, Param, Query } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../principal/current-principal.decorator.js';
import type { Principal } from '../principal/principal.js';
import { EndSessionsQuery, SessionListDto } from './own-sessions.dto.js';
import { OwnSessions } from './own-sessions.js';

@ApiTags('auth')
@ApiBearerAuth()
@Controller('auth/sessions')
export class OwnSessionsController {
  constructor(private readonly sessions: OwnSessions) {}

  @Get()
  @ApiOperation({
    summary: 'List your sessions',
    description: 'The open sessions, the most recently used first, at most 100.',
  })
  @ApiOkResponse({ type: SessionListDto })
  async listSessions(@CurrentPrincipal() principal: Principal): Promise<SessionListDto> {
    return { results: await this.sessions.list(principal) };
  }

  @Delete(':id')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'End one of your sessions',
    description: 'Its tokens become invalid at once, and its sockets are closed with 4006.',
  })
  @ApiNoContentResponse()
  endSession(@CurrentPrincipal() principal: Principal, @Param('id') id: string): Promise<void> {
    return this.sessions.end(principal, id);
  }

  @Delete()
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({ summary: 'End all your sessions', description: 'With `keep_current=true`, all except this one.' })
  @ApiNoContentResponse()
  endSessions(@CurrentPrincipal() principal: Principal, @Query() query: EndSessionsQuery): Promise<void> {
    return this.sessions.endAll(principal, query.keep_current ?? false);
  }
}
