import type { IncomingMessage } from 'node:http';
import { WebSocket } from 'ws';

/** A durable message as received: its position, and the content that the log must have there. */
export interface Receipt {
  readonly position: string;
  /** The title of a notification, or the text of a chat message. */
  readonly text: string;
}

const SILENT_MS = 12_000;
const LONGEST_BACK_OFF_MS = 2_000;

/** Totals over all clients of a run. */
export const tally = {
  connections: 0,
  resumed: 0,
  refused: 0,
  late: 0,
  deliveries: 0,
  closes: new Map<number, number>(),
};

/** A correct client: it resumes with its last position and follows close codes, `retry_after_ms` and Retry-After. */
export class ChaosClient {
  readonly receipts: Receipt[] = [];
  /** The position at which the client first connected. */
  first: string | null = null;
  /** Events that the contract does not permit. */
  readonly complaints: string[] = [];
  private socket: WebSocket | null = null;
  private last: string | null = null;
  private failures = 0;
  private retryMs = 0;
  private stopped = false;
  private watchdog: NodeJS.Timeout | undefined;
  private established: (() => void) | null = null;

  constructor(
    private readonly address: () => string,
    private readonly path: string,
    private readonly token: string,
    /** The client closes the connection if the server sends nothing for this many milliseconds. */
    private readonly silentMs = SILENT_MS,
    /** A trusted certificate, for `wss:`. */
    private readonly ca?: Buffer,
  ) {}

  get position(): string | null {
    return this.last;
  }

  get raw(): WebSocket | null {
    return this.socket;
  }

  /** Resolves at the next `connection_established`. */
  start(): Promise<void> {
    this.stopped = false;
    const ready = new Promise<void>((resolve) => (this.established = resolve));
    this.connect();
    return ready;
  }

  stop(): void {
    this.stopped = true;
    clearTimeout(this.watchdog);
    this.socket?.terminate();
  }

  private connect(): void {
    if (this.stopped) return;
    const url = new URL(this.path, this.address());
    if (this.last !== null) url.searchParams.set('since', this.last);
    const headers = { authorization: `Bearer ${this.token}` };
    const { ca } = this;
    const socket = new WebSocket(url, { headers, handshakeTimeout: 15_000, ...(ca && { ca }) });
    this.socket = socket;
    this.retryMs = -1;
    tally.connections += 1;
    socket.on('message', (data: Buffer) => this.receive(JSON.parse(data.toString()) as Record<string, unknown>));
    socket.on('unexpected-response', (_request, response) => this.refused(socket, response));
    for (const sign of ['open', 'ping', 'message']) socket.on(sign, () => this.watch(socket));
    socket.on('error', () => undefined);
    socket.once('close', (code) => this.closed(code));
  }

  /** A silent connection is closed, as the `ping_interval` of the server permits. */
  private watch(socket: WebSocket): void {
    clearTimeout(this.watchdog);
    this.watchdog = setTimeout(() => socket.terminate(), this.silentMs);
  }

  private refused(socket: WebSocket, response: IncomingMessage): void {
    // 408: the link was frozen for longer than HANDSHAKE_TIMEOUT before the request arrived.
    if (response.statusCode === 408) tally.late += 1;
    else tally.refused += 1;
    if (![408, 503].includes(response.statusCode ?? 0))
      this.complaints.push(`the handshake was answered ${String(response.statusCode)}`);
    this.retryMs = Number(response.headers['retry-after'] ?? 1) * 1_000 * (0.5 + Math.random());
    socket.terminate();
  }

  private closed(code: number): void {
    clearTimeout(this.watchdog);
    tally.closes.set(code, (tally.closes.get(code) ?? 0) + 1);
    if (code >= 4000 && code < 4100) {
      this.complaints.push(`closed for good with ${code}`);
      return;
    }
    this.failures += 1;
    const backOffMs = Math.min(100 * 2 ** this.failures, LONGEST_BACK_OFF_MS) * Math.random();
    if (!this.stopped) setTimeout(() => this.connect(), this.retryMs >= 0 ? this.retryMs : backOffMs);
  }

  private receive(frame: Record<string, unknown>): void {
    if (frame.type === 'connection_established') this.greeted(frame);
    else if (frame.type === 'disconnect') this.retryMs = Number(frame.retry_after_ms);
    else if (typeof frame.position === 'string') this.keep(frame, frame.position);
  }

  private greeted({ position, resumed }: Record<string, unknown>): void {
    this.failures = 0;
    if (this.last !== null) {
      tally.resumed += 1;
      if (resumed !== true) this.complaints.push(`not resumed from ${this.last}`);
      if (position !== this.last) this.complaints.push(`came with ${this.last}, greeted at ${String(position)}`);
    }
    this.first ??= String(position);
    this.last = String(position);
    this.established?.();
    this.established = null;
  }

  private keep(frame: Record<string, unknown>, position: string): void {
    const { notification, message } = frame as { notification?: { title: string }; message?: { text: string } };
    this.receipts.push({ position, text: notification?.title ?? message?.text ?? String(frame.type) });
    this.last = position;
    tally.deliveries += 1;
  }
}
