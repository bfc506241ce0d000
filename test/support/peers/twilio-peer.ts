import { createHmac, randomBytes } from 'node:crypto';
import { insist, PeerServer } from './peer-server.js';
import type { Answer, PeerAnswer, PeerRequest } from './peer-server.js';

/** An SMS that Twilio accepted. */
export interface TwilioMessage {
  readonly sid: string;
  readonly to: string;
  /** The number, the sender id or the messaging service. */
  readonly from: string;
  readonly text: string;
  readonly statusCallback: string | null;
}

const hex = (bytes: number): string => randomBytes(bytes).toString('hex');

/** Twilio's Messages resource (2010-04-01), which checks every detail of a request, and its status callbacks. */
export class TwilioPeer {
  readonly accountSid = `AC${hex(16)}`;
  readonly authToken = hex(16);
  readonly messages: TwilioMessage[] = [];
  private server!: PeerServer;

  static async start(): Promise<TwilioPeer> {
    const peer = new TwilioPeer();
    peer.server = await PeerServer.start((request) => peer.take(request));
    return peer;
  }

  /** The settings of a service that sends to this server. */
  get variables(): Record<string, string> {
    return {
      TWILIO_ACCOUNT_SID: this.accountSid,
      TWILIO_AUTH_TOKEN: this.authToken,
      TWILIO_FROM: '+14155550100',
      TWILIO_BASE_URL: this.server.url,
    };
  }

  get violations(): readonly string[] {
    return this.server.violations;
  }

  plan(...answers: Answer[]): void {
    this.server.plan(...answers);
  }

  /** An error in the format of Twilio. */
  static error(status: number, code: number, message: string): PeerAnswer {
    return { status, body: { code, message, more_info: `https://www.twilio.com/docs/errors/${String(code)}`, status } };
  }

  /** Sends a status callback and returns the answer of the service. `node` replaces the host of the callback URL. */
  async report(
    message: TwilioMessage,
    status: string,
    node: string,
    further: Record<string, string> = {},
  ): Promise<number> {
    const url = message.statusCallback ?? '';
    const form = { MessageSid: message.sid, SmsSid: message.sid, MessageStatus: status, AccountSid: this.accountSid };
    const all = { ...form, To: message.to, From: message.from, ApiVersion: '2010-04-01', ...further };
    return post(new URL(new URL(url).pathname + new URL(url).search, node), all, this.sign(url, all));
  }

  /** https://www.twilio.com/docs/usage/security: the URL, then each parameter's name and value, by name. */
  sign(url: string, form: Readonly<Record<string, string>>): string {
    const names = Object.keys(form).sort();
    const text = names.reduce((soFar, name) => soFar + name + (form[name] ?? ''), url);
    return createHmac('sha1', this.authToken).update(Buffer.from(text, 'utf8')).digest('base64');
  }

  stop(): Promise<void> {
    return this.server.stop();
  }

  private take({ method, path, headers, body }: PeerRequest): Answer {
    insist(method === 'POST', `${method} instead of POST`);
    insist(path === `/2010-04-01/Accounts/${this.accountSid}/Messages.json`, `no such path: ${path}`);
    const credentials = Buffer.from(`${this.accountSid}:${this.authToken}`).toString('base64');
    insist(headers.authorization === `Basic ${credentials}`, 'wrong credentials');
    insist(/^application\/x-www-form-urlencoded(;|$)/.test(headers['content-type'] ?? ''), 'the body is not a form');
    const message = this.messageOf(new URLSearchParams(body.toString('utf8')));
    const planned = this.server.nextPlanned();
    if (planned) return planned;
    this.messages.push(message);
    const { sid, to, from, text } = message;
    return { status: 201, body: { sid, to, from, body: text, status: 'queued', account_sid: this.accountSid } };
  }

  private messageOf(form: URLSearchParams): TwilioMessage {
    const known = ['To', 'From', 'MessagingServiceSid', 'Body', 'StatusCallback'];
    for (const name of form.keys()) insist(known.includes(name), `no such parameter: ${name}`);
    for (const name of known) insist(form.getAll(name).length <= 1, `${name} more than once`);
    const [to, text] = [form.get('To') ?? '', form.get('Body') ?? ''];
    insist(/^\+[1-9]\d{4,14}$/.test(to), `To is not a number in E.164 form: ${to}`);
    insist(text.length >= 1 && text.length <= 1600, `Body has ${String(text.length)} characters`);
    insist(form.has('From') !== form.has('MessagingServiceSid'), 'one of From and MessagingServiceSid');
    const statusCallback = form.get('StatusCallback');
    insist(statusCallback === null || URL.canParse(statusCallback), 'StatusCallback is not a URL');
    const from = form.get('From') ?? form.get('MessagingServiceSid') ?? '';
    return { sid: `SM${hex(16)}`, to, from, text, statusCallback };
  }
}

async function post(url: URL, form: Readonly<Record<string, string>>, signature: string): Promise<number> {
  const body = new URLSearchParams(form);
  return (await fetch(url, { method: 'POST', body, headers: { 'X-Twilio-Signature': signature } })).status;
}
