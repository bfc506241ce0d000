import type { AddressInfo } from 'node:net';
import { SMTPServer } from 'smtp-server';
import type { SMTPServerDataStream } from 'smtp-server';
import { Mailbox } from '../clients/mailbox.js';

/** A mail as received over SMTP. */
export interface Mail {
  readonly from: string;
  readonly to: readonly string[];
  /** Names are in lower case, folded lines are joined. */
  readonly headers: ReadonlyMap<string, string>;
  /** The whole mail, including headers. */
  readonly raw: string;
}

/** An SMTP server that accepts every mail, or answers as the test specifies. */
export class MailServer {
  readonly mails = new Mailbox<Mail>();
  /** Called for every recipient. A text such as `550 no such mailbox` rejects the recipient. */
  refuse: (address: string) => string | null = () => null;
  /** Runs before a recipient is accepted, with the address. */
  beforeAccepting: (address: string) => Promise<void> = () => Promise.resolve();

  private readonly server = new SMTPServer({
    authOptional: true,
    // The service keeps connections open, and the default would wait half a minute for them.
    closeTimeout: 200,
    disabledCommands: ['STARTTLS'],
    onRcptTo: ({ address }, _session, callback) => {
      const refusal = this.refuse(address);
      const answer = refusal === null ? null : smtpError(refusal);
      this.beforeAccepting(address).then(
        () => callback(answer),
        (error: unknown) => callback(error as Error),
      );
    },
    onData: (stream, session, callback) => {
      const take = (raw: string): void => {
        const { mailFrom, rcptTo } = session.envelope;
        const to = rcptTo.map(({ address }) => address);
        this.mails.put({ from: mailFrom ? mailFrom.address : '', to, headers: headersOf(raw), raw });
        callback();
      };
      // A sender that is killed may leave half a mail, which is discarded.
      read(stream).then(take, () => undefined);
    },
  });

  /** Starts on a free port. */
  async start(): Promise<this> {
    this.server.on('error', () => undefined);
    await new Promise<void>((resolve) => this.server.listen(0, '127.0.0.1', resolve));
    return this;
  }

  /** The value of SMTP_URL. */
  get url(): string {
    return `smtp://127.0.0.1:${(this.server.server.address() as AddressInfo).port}`;
  }

  async stop(): Promise<void> {
    await new Promise<void>((resolve) => this.server.close(resolve));
  }
}

async function read(stream: SMTPServerDataStream): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of stream) parts.push(part as Buffer);
  return Buffer.concat(parts).toString('utf8');
}

function headersOf(raw: string): Map<string, string> {
  const [head = ''] = raw.split('\r\n\r\n', 1);
  const lines = head.replace(/\r\n[ \t]+/g, ' ').split('\r\n');
  return new Map(
    lines.map((line) => [line.slice(0, line.indexOf(':')).toLowerCase(), line.slice(line.indexOf(':') + 1).trim()]),
  );
}

function smtpError(text: string): Error {
  const [, code = '550', message = text] = /^(\d{3}) (.*)$/.exec(text) ?? [];
  return Object.assign(new Error(message), { responseCode: Number(code) });
}
