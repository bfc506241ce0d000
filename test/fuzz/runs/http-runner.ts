import { Agent, request } from 'node:http';
import type { IncomingHttpHeaders, IncomingMessage } from 'node:http';
import { connect } from 'node:net';
import { Coverage } from '../coverage.js';
import { HANG_MS } from '../cases/cases.js';
import type { Finding, HttpCase, RawCase } from '../cases/cases.js';
import type { DocumentChecks } from './document-checks.js';
import type { FuzzService } from '../fuzz-service.js';
import { parsed } from './parsed.js';
import type { References } from '../cases/references.js';

export interface Answer {
  readonly status: number;
  readonly headers: IncomingHttpHeaders;
  readonly text: string;
}

interface Judged {
  readonly answer: Answer | null;
  readonly findings: Finding[];
}

function ours(signature: string, detail: string): Finding {
  return { severity: 'server', signature, detail: detail.slice(0, 500) };
}

/** Sends HTTP cases and checks the answers. */
export class HttpRunner {
  readonly coverage = new Coverage();
  private readonly agent = new Agent({ keepAlive: true, maxSockets: 64 });

  constructor(
    private readonly service: FuzzService,
    private readonly references: References,
    private readonly checks: DocumentChecks,
  ) {}

  async run(one: HttpCase): Promise<Finding[]> {
    return (await this.judge(one, this.references)).findings;
  }

  /** `known`: the values for references in the case. The answer is null if there is none. */
  async judge(one: HttpCase, known: References): Promise<Judged> {
    const operation = `${one.method} ${one.template}`;
    const answer = await this.send(one, known).catch((error: unknown) => error as Error);
    if (answer instanceof Error) return { answer: null, findings: [ours(`${operation}: ${answer.message}`, '')] };
    this.coverage.add(operation, answer.status);
    if (answer.status >= 500)
      return { answer, findings: [ours(`${operation}: ${String(answer.status)}`, answer.text)] };
    this.remember(one, answer);
    return { answer, findings: this.checks.http(operation, one, answer) };
  }

  /** Any answer except a server error is permitted, and so is a connection that ends without an answer. */
  async runRaw({ text }: RawCase): Promise<Finding[]> {
    const { hostname, port } = new URL(this.service.url);
    const received = await new Promise<string>((resolve, reject) => {
      let data = '';
      const socket = connect({ host: hostname, port: Number(port) }, () => socket.end(Buffer.from(text, 'latin1')));
      const timer = setTimeout(() => {
        socket.destroy();
        reject(new Error('hangs'));
      }, HANG_MS);
      socket.on('data', (chunk: Buffer) => (data += chunk.toString('latin1')));
      socket.on('error', () => undefined);
      socket.once('close', () => {
        clearTimeout(timer);
        resolve(data);
      });
    }).catch((error: unknown) => `HTTP/1.1 599 ${String(error)}`);
    const status = /^HTTP\/1\.1 (5\d\d)/m.exec(received)?.[1];
    // 501 is permitted for methods that are not implemented.
    if (status === undefined || status === '501') return [];
    return [{ severity: 'server', signature: `raw: ${status}`, detail: received.slice(0, 500) }];
  }

  close(): void {
    this.agent.destroy();
  }

  private send(one: HttpCase, references: References): Promise<Answer> {
    const { service } = this;
    const { hostname, port } = new URL(service.url);
    const token = service.token(one.actor);
    const headers: Record<string, string> = { ...(token !== null && { authorization: `Bearer ${token}` }) };
    for (const [name, value] of Object.entries(one.headers)) headers[name] = references.resolve(value);
    const body = one.body === null ? null : Buffer.from(references.resolve(one.body));
    if (body) headers['content-length'] = String(body.length);
    return new Promise((resolve, reject) => {
      const path = printable(references.resolve(one.path));
      const asked = request({ host: hostname, port, agent: this.agent, method: one.method, path, headers });
      const timer = setTimeout(() => {
        asked.destroy(new Error('hangs'));
      }, HANG_MS);
      asked.once('close', () => {
        clearTimeout(timer);
      });
      asked.on('error', (error: NodeJS.ErrnoException) => {
        // The service may close the connection of a rejected request while the body is still being sent.
        if (error.code === 'ECONNRESET' || error.code === 'EPIPE') resolve({ status: 499, headers: {}, text: '' });
        else reject(error);
      });
      asked.once('response', (response) => {
        read(response).then(resolve, reject);
      });
      asked.end(body ?? undefined);
    });
  }

  private remember({ actor, template }: HttpCase, { status, headers, text }: Answer): void {
    this.references.add('position', headers['x-stream-position']);
    if (status >= 300) return;
    const body = parsed(text);
    this.references.harvest(template, body);
    const { access_token: token } = (body ?? {}) as { access_token?: unknown };
    if (typeof token === 'string' && actor !== 'garbage') this.service.setToken('session', token);
  }
}

/** Reads an event stream until its first event. */
async function read(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const isStream = headers['content-type']?.startsWith('text/event-stream') === true;
  let text = '';
  response.setEncoding('utf8');
  try {
    for await (const chunk of response) {
      text += chunk as string;
      if (isStream && text.includes('\n\n')) break;
    }
  } catch {
    // The connection broke during the answer: the part that arrived is checked.
  }
  return { status, headers, text };
}

/** Node does not send other characters; raw cases send them. */
function printable(path: string): string {
  return path.replace(/[^\x21-\x7e]/g, (char) => `%${char.charCodeAt(0).toString(16).padStart(2, '0').slice(-2)}`);
}
