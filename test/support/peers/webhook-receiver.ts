import { createServer } from 'node:http';
import type { IncomingMessage, Server, ServerResponse } from 'node:http';
import type { AddressInfo } from 'node:net';
import { buffer } from 'node:stream/consumers';
import { Webhook } from 'standardwebhooks';
import { Mailbox } from '../clients/mailbox.js';

/** A message whose signature the library of the Standard Webhooks specification has accepted. */
export interface ReceivedWebhook {
  readonly id: string;
  readonly type: string;
  readonly timestamp: string;
  readonly data: Readonly<Record<string, unknown>>;
}

/** A service that receives webhooks. It can be killed: it then resets all connections and listens on the same port when it is started again. */
export class WebhookReceiver {
  readonly received = new Mailbox<ReceivedWebhook>();
  readonly all: ReceivedWebhook[] = [];
  secret = '';
  /** The status of each answer. 0: resets the connection after the message was read. 101: switches to another protocol. */
  answer: (webhook: ReceivedWebhook) => number | Promise<number> = () => 204;
  private server: Server | undefined;
  private port = 0;

  async start(): Promise<this> {
    const server = createServer((request, response) => void this.take(request, response));
    await new Promise<void>((resolve) => server.listen(this.port, '127.0.0.1', resolve));
    this.server = server;
    this.port = (server.address() as AddressInfo).port;
    return this;
  }

  get url(): string {
    return `http://127.0.0.1:${this.port}/hook`;
  }

  async kill(): Promise<void> {
    const { server } = this;
    if (!server) return;
    this.server = undefined;
    const closed = new Promise((resolve) => server.close(resolve));
    server.closeAllConnections();
    await closed;
  }

  private async take(request: IncomingMessage, response: ServerResponse): Promise<void> {
    const body = await buffer(request).catch(() => null);
    if (body === null) return;
    const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]));
    // Throws if the signature or the time is wrong: the request is then answered with 500, and the test waits in vain.
    const event = new Webhook(this.secret).verify(body.toString(), headers) as Omit<ReceivedWebhook, 'id'>;
    const webhook = { id: headers['webhook-id'] ?? '', ...event };
    this.all.push(webhook);
    const status = await this.answer(webhook);
    if (status === 0) {
      request.socket.resetAndDestroy();
      return;
    }
    if (status === 101) {
      request.socket.write('HTTP/1.1 101 Switching Protocols\r\nconnection: upgrade\r\nupgrade: any\r\n\r\n');
      return;
    }
    response.writeHead(status, { connection: 'close' }).end();
    if (status < 300) this.received.put(webhook);
  }
}
