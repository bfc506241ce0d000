import type { Encoding } from '../../src/realtime/encoding/encoding.js';
import type { PositionCodec } from '../../src/streams/position/position-codec.js';
import type { ModelNode } from './model-node.js';
import { parseFrames, Wire, WireConnection } from './wire.js';

const TOO_SLOW = 4101;

/** A client that follows the contract: it resumes with its last position and never reads state in between. */
export class ModelClient {
  /** The ids of all messages it has received, over all its connections, by stream. */
  readonly history = new Map<string, string[]>();
  /** The position of each stream at its first connection. */
  first: readonly number[] | null = null;
  /**
   * Messages that it should not have received. They are not thrown, because the code under test would catch the error.
   */
  complaint: string | null = null;
  private position: string | null = null;
  private connection: WireConnection | null = null;
  private stalled = false;
  private established = false;

  constructor(
    readonly streams: readonly string[],
    private readonly encoding: Encoding,
    private readonly codec: PositionCodec,
  ) {
    for (const stream of streams) this.history.set(stream, []);
  }

  get isConnected(): boolean {
    return this.connection !== null;
  }

  get connectionId(): string | null {
    return this.connection?.id ?? null;
  }

  connect(node: ModelNode): void {
    if (this.connection) return;
    this.established = false;
    const wire = new Wire((bytes) => {
      for (const frame of parseFrames(this.encoding, bytes)) this.receive(frame);
    });
    if (this.stalled) wire.stall();
    const connection = new WireConnection(node.gateway, this.encoding, wire);
    this.connection = connection;
    connection.onceClosed(() => {
      if (this.connection === connection) this.connection = null;
    });
    node.open(connection, this.streams, this.position);
  }

  /** The connection breaks: unread data is lost. */
  disconnect(): void {
    this.connection?.terminate();
  }

  stall(): void {
    this.stalled = true;
    this.connection?.wire.stall();
  }

  flow(): void {
    this.stalled = false;
    this.connection?.wire.flow();
  }

  private receive(frame: Record<string, unknown>): void {
    if (frame.type === 'connection_established') this.greet(frame);
    // Only a client that does not read may be closed.
    if (frame.type === 'disconnect' && frame.code !== TOO_SLOW) this.complaint = JSON.stringify(frame);
    if (frame.type !== 'entry') return;
    if (!this.established) this.complaint = 'a message before connection_established';
    const { id, position } = frame as { id: string; position: string };
    const stream = id.split('#')[0] ?? '';
    const seen = this.history.get(stream);
    if (!seen) this.complaint = `${id} belongs to none of ${this.streams.join()}`;
    seen?.push(id);
    this.position = position;
  }

  private greet({ position, resumed }: Record<string, unknown>): void {
    this.established = true;
    if (this.position !== null && (resumed !== true || position !== this.position)) {
      this.complaint = `came with ${this.position}, greeted with ${String(position)}, resumed: ${String(resumed)}`;
    }
    this.position = String(position);
    this.first ??= this.codec.decode(this.position, this.streams);
  }
}
