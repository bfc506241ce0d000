import { Module, UseFilters } from '@nestjs/common';
import { ConnectedSocket, MessageBody, SubscribeMessage, WebSocketGateway } from '@nestjs/websockets';
import { Length } from 'class-validator';
import type { Message } from '../../../src/channel-layer/interface/message.js';
import { ServiceError } from '../../../src/errors/error/service-error.js';
import { WebSocketErrorFilter } from '../../../src/errors/answers/web-socket-error.filter.js';
import { Connection } from '../../../src/realtime/connection/connection.js';
import type { OpenRequest, Opening, RealtimeGateway, ServerMessage } from '../../../src/realtime/gateway/gateway.js';
import { ownGroup } from '../../../src/streams/names/own-group.js';
import { StreamLog } from '../../../src/streams/stream-log.js';
import { StreamsModule } from '../../../src/streams/streams.module.js';

/** Client: `{type: "note", text}`. */
export class NoteMessage {
  @Length(1, 500)
  text!: string;
}

/** A board that all signed-in users can read and write. */
@WebSocketGateway({ path: '/ws/boards/:board' })
@UseFilters(WebSocketErrorFilter)
export class BoardGateway implements RealtimeGateway {
  readonly endpoint = { name: 'board', description: 'Notes for everybody' };

  constructor(private readonly streamLog: StreamLog) {}

  /** Checks the access and names the streams of the socket. The token was checked before. */
  open({ params: { board = '' } }: OpenRequest): Opening {
    if (!/^[a-z]{1,20}$/.test(board)) throw new ServiceError('not_found', 'There is no such board.');
    const stream = `board_${board}`;
    return { streams: [stream], state: stream };
  }

  /** For live messages and for messages from the log. */
  toClientMessage({ type, text, author }: Message): ServerMessage | null {
    return type === 'note' ? { type, text, author } : null;
  }

  @SubscribeMessage('note')
  async note(@ConnectedSocket() connection: Connection, @MessageBody() { text }: NoteMessage): Promise<void> {
    const stream = connection.state as string;
    const message = { type: 'note', text, author: connection.principal?.name ?? '' };
    await this.streamLog.appendNow(stream, message, { group: ownGroup(stream) });
  }
}

@Module({ imports: [StreamsModule], providers: [BoardGateway] })
export class BoardModule {}
