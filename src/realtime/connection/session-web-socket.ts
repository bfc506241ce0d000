import { WebSocket } from 'ws';

/** What hears the events of a socket. */
export interface WebSocketEvents {
  onMessage(data: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(): void;
  onClose(): void;
}

/**
 * A WebSocket whose events go to one object before any listeners. As listeners of its own they would cost every idle socket a
 * table, and the way from the socket to its session a second one.
 */
export class SessionWebSocket extends WebSocket {
  session: WebSocketEvents | null = null;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (this.session) tell(this.session, event, args);
    // Errors of the protocol (1002, 1007, 1009) are answered by `ws` itself, a reset by the peer ends in `close`.
    if (this.session && event === 'error' && this.listenerCount('error') === 0) return true;
    return super.emit(event, ...args);
  }
}

function tell(session: WebSocketEvents, event: string | symbol, args: readonly unknown[]): void {
  switch (event) {
    case 'message':
      // One Buffer: `binaryType` is left at `nodebuffer`.
      session.onMessage(args[0] as Buffer, args[1] as boolean);
      break;
    case 'ping':
      session.onPing(args[0] as Buffer);
      break;
    case 'pong':
      session.onPong();
      break;
    case 'close':
      session.onClose();
      break;
    default:
  }
}
