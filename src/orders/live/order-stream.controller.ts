import { Controller, Get, Param, Req, Res } from '@nestjs/common';
import { ApiOperation, ApiProduces, ApiTags } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { Public } from '../../auth/principal/public.decorator.js';
import { EventStreams } from '../../realtime/event-streams.js';
import { EventStreamQuery } from '../../realtime/event-stream-query.decorator.js';

/** An order as Server-Sent Events, for networks that block WebSockets. */
@ApiTags('orders')
@Controller('orders')
export class OrderStreamController {
  constructor(private readonly eventStreams: EventStreams) {}

  // Public for the REST guard, because the event stream accepts the tokens of sockets, including `?token=`.
  @Public()
  @Get(':id/stream')
  @ApiOperation({
    summary: 'Stream an order as Server-Sent Events',
    description:
      'The messages of `/ws/orders/{order_id}/` as `text/event-stream`: `event` is the type, `id` the position, `Last-Event-ID` or ' +
      '`?since=` resumes. The token is accepted in the header, the cookie or `?token=`.',
  })
  @ApiProduces('text/event-stream')
  @EventStreamQuery()
  async stream(@Param('id') id: string, @Req() request: Request, @Res() response: Response): Promise<void> {
    await this.eventStreams.open('/ws/orders/:order_id', { order_id: id }, request, response);
  }
}
