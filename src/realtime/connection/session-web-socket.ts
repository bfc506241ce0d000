import { WebSocket } from 'ws';

/** Receives the events of a socket. */
export interface WebSocketEvents {
  onMessage(data: Buffer, isBinary: boolean): void;
  onPing(payload: Buffer): void;
  onPong(): void;
  onClose(): void;
}

/**
 * A WebSocket that passes its events to one object before any listeners. With listeners instead, every idle socket would need a
 * listener table, and a second table to find its session.
 */
export class SessionWebSocket extends WebSocket {
  session: WebSocketEvents | null = null;

  override emit(event: string | symbol, ...args: unknown[]): boolean {
    if (this.session) dispatch(this.session, event, args);
    // `ws` itself answers protocol errors (1002, 1007, 1009); a reset by the peer leads to `close`.
    if (this.session && event === 'error' && this.listenerCount('error') === 0) return true;
    return super.emit(event, ...args);
  }
}

function dispatch(session: WebSocketEvents, event: string | symbol, args: readonly unknown[]): void {
  switch (event) {
    case 'message':
      // A single Buffer, because `binaryType` is left at `nodebuffer`.
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
