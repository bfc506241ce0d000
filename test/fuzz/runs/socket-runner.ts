import { WebSocket } from 'ws';
import { BINARY, HANG_MS } from '../cases/cases.js';
import type { Finding, SocketCase } from '../cases/cases.js';
import type { DocumentChecks } from './document-checks.js';
import type { FuzzService } from '../fuzz-service.js';
import { parsed } from './parsed.js';
import type { References } from '../cases/references.js';

/** The request id of the last ping. Its answer shows that all earlier messages were handled. */
const LAST = 'fuzz-last';

/**
 * The permitted close codes of an open socket: closed by the test, message too big, order or session lost because of
 * another request. Invalid messages get an error each, and the socket stays open.
 */
const EXPECTED = new Set([1000, 1009, 4003, 4004, 4006]);

interface Ending {
  readonly code: number;
  /** Whether the socket was open and accepted messages. */
  readonly established: boolean;
  readonly text: string;
}

/** Opens sockets, sends the frames of a case and checks the answers. */
export class SocketRunner {
  constructor(
    private readonly service: FuzzService,
    private readonly references: References,
    private readonly checks: DocumentChecks,
  ) {}

  async run(one: SocketCase): Promise<Finding[]> {
    const findings: Finding[] = [];
    const ending = await this.talk(one, (frame) => findings.push(...this.checks.frame(one.channel, frame)));
    const wrong = wrongEnding(ending);
    if (wrong !== null) {
      findings.push({
        severity: 'server',
        signature: `${one.channel}: ${wrong}`,
        detail: `${wrong} ${ending.text.slice(0, 300)}`,
      });
    } else if (ending.established && !EXPECTED.has(ending.code)) {
      const signature = `${one.channel}: closed with ${String(ending.code)}`;
      findings.push({ severity: 'document', signature, detail: ending.text });
    }
    return findings;
  }

  private async talk(one: SocketCase, received: (frame: unknown) => void): Promise<Ending> {
    const socket = this.open(one);
    let error = '';
    let established = one.channel === 'health';
    socket.on('error', ({ message }) => (error ||= message));
    socket.on('unexpected-response', (_request, response) => {
      error = String(response.statusCode);
      socket.terminate();
    });
    socket.on('message', (data: Buffer, isBinary) => {
      const frame = isBinary ? { type: 'binary' } : parsed(data.toString());
      established ||= (frame as { type?: unknown } | undefined)?.type === 'connection_established';
      this.remember(frame);
      if ((frame as { request_id?: unknown } | undefined)?.request_id === LAST) socket.close(1000);
      else received(frame);
    });
    socket.once('open', () => {
      for (const frame of one.frames) this.send(socket, frame);
      socket.send(JSON.stringify({ type: 'ping', request_id: LAST }));
    });
    return new Promise((resolve) => {
      const timer = setTimeout(() => {
        error = 'hangs';
        socket.terminate();
      }, HANG_MS);
      socket.once('close', (code, reason) => {
        clearTimeout(timer);
        resolve({ code, established, text: error || reason.toString() });
      });
    });
  }

  private open({ actor, path }: SocketCase): WebSocket {
    const token = this.service.token(actor);
    const headers = token === null ? {} : { authorization: `Bearer ${token}` };
    const target = this.references.resolve(path).replace(/[^\x21-\x7e]/g, '_');
    return new WebSocket(`${this.service.url.replace('http', 'ws')}${target}`, { headers, perMessageDeflate: false });
  }

  private send(socket: WebSocket, frame: string): void {
    if (frame.startsWith(BINARY)) socket.send(Buffer.from(frame.slice(BINARY.length), 'base64'), { binary: true });
    else socket.send(Buffer.from(this.references.resolve(frame)), { binary: false });
  }

  private remember(frame: unknown): void {
    const { position, message } = (frame ?? {}) as { position?: unknown; message?: { id?: unknown } };
    this.references.add('position', position);
    this.references.add('messages', message?.id);
  }
}

/** 1006 without an HTTP answer is a broken connection. 1011 is an error of the service. */
function wrongEnding({ code, text }: Ending): string | null {
  if (code === 1011) return 'close 1011';
  if (text === 'hangs') return 'hangs';
  if (code !== 1006) return null;
  const status = Number(text);
  return status >= 400 && status < 500 ? null : `ended with 1006 ${text}`;
}
