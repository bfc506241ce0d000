import { Controller, Get, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../auth/principal/public.decorator.js';
import { EventStreams } from '../realtime/event-streams.js';
import { EventStreamQuery } from '../realtime/event-stream-query.decorator.js';

/** New orders and earnings as Server-Sent Events, for networks that block WebSockets. */
@ApiTags('partners')
@Controller('partners/me')
export class PartnerStreamController {
  constructor(private readonly eventStreams: EventStreams) {}

  // Public for the REST guard, because the event stream accepts the tokens of sockets, including `?token=`.
  @Public()
  @Get('stream')
  @ApiOperation({
    summary: 'Stream new orders and earnings as Server-Sent Events',
    description:
      'The messages of `/ws/partner/` as `text/event-stream`: `event` is the type, `id` the position, `Last-Event-ID` or ' +
      '`?since=` resumes. The token is accepted in the header, the cookie or `?token=`.',
  })
  @ApiProduces('text/event-stream')
  @EventStreamQuery()
  async stream(@Req() request: Request, @Res() response: Response): Promise<void> {
    await this.eventStreams.open('/ws/partner', {}, request, response);
  }
}
