import { Injectable } from '@nestjs/common';
import type { OnApplicationShutdown } from '@nestjs/common';
import { createHash } from 'node:crypto';
import type { SendMailOptions, Transporter } from 'nodemailer';
import { Settings } from '../../config/settings.js';
import { DeliveryProvider } from '../provider/delivery-provider.js';
import type { Outcome, OutgoingMessage, Recipient } from '../provider/delivery-provider.js';
import { singleLine } from '../../text/single-line.js';
import { readSmtpUrl } from '../../config/values/smtp-url.js';
import type { SmtpTls } from '../../config/values/smtp-url.js';
import { smtpOutcome } from './smtp-outcome.js';

/** Defaults for parameters that are missing in SMTP_URL, in the same format. Times in milliseconds. */
const POOL = {
  pool: 'true',
  maxMessages: 'Infinity',
  connectionTimeout: '10000',
  greetingTimeout: '10000',
  socketTimeout: '60000',
};
/**
 * Without `requireTLS`, an attacker on the network could remove STARTTLS from the server's answer and read all e-mails and the
 * password.
 */
const TLS_OPTIONS: Readonly<Record<SmtpTls, Readonly<Record<string, string>>>> = {
  required: { requireTLS: 'true' },
  opportunistic: {},
};
/** A single address, without characters that could extend a header. */
const ADDRESS = /^[^\s@<>()[\],;:"\\]{1,64}@[^\s@<>()[\],;:"\\]{1,255}$/;

/**
 * Sends e-mail by SMTP. SMTP has no idempotency keys: if the process crashes between the server's "250" and the commit, the
 * e-mail is sent again. All attempts have the same Message-ID, which most mail programs use to hide duplicates.
 */
@Injectable()
export class EmailProvider extends DeliveryProvider implements OnApplicationShutdown {
  readonly channel = 'email';
  readonly off: string | null;
  private transporter: Promise<Transporter> | undefined;

  constructor(private readonly settings: Settings) {
    super();
    this.off = settings.providers.smtpUrl === undefined ? 'SMTP_URL is not set' : null;
  }

  async deliver(recipient: Recipient, message: OutgoingMessage, key: string): Promise<Outcome> {
    if (recipient.email === null) return { status: 'skipped', reason: 'no_address' };
    if (!ADDRESS.test(recipient.email)) return { status: 'skipped', reason: 'invalid_address' };
    try {
      const transporter = await this.connect();
      const { messageId } = (await transporter.sendMail(this.mail(recipient, message, key))) as { messageId: string };
      return { status: 'sent', providerId: messageId };
    } catch (error) {
      return smtpOutcome(error);
    }
  }

  async onApplicationShutdown(): Promise<void> {
    (await this.transporter)?.close();
  }

  private mail(recipient: Recipient, message: OutgoingMessage, key: string): SendMailOptions {
    const { emailFrom = '' } = this.settings.providers;
    const domain = /@([^\s>]+)>?\s*$/.exec(emailFrom)?.[1] ?? 'localhost';
    const { title, text, html, unsubscribeUrl } = message;
    return {
      from: emailFrom,
      to: { name: singleLine(recipient.name), address: recipient.email ?? '' },
      subject: singleLine(title),
      text,
      ...(html !== null && { html }),
      messageId: `<${createHash('sha256').update(key).digest('hex').slice(0, 40)}@${domain}>`,
      headers: {
        'Auto-Submitted': 'auto-generated',
        ...(unsubscribeUrl !== null && {
          'List-Unsubscribe': `<${unsubscribeUrl}>`,
          'List-Unsubscribe-Post': 'List-Unsubscribe=One-Click',
        }),
      },
      // Texts come from requests. They must never be read as names of files or as URLs to fetch.
      disableFileAccess: true,
      disableUrlAccess: true,
    };
  }

  private connect(): Promise<Transporter> {
    this.transporter ??= this.open();
    return this.transporter;
  }

  /** Loads nodemailer with the first e-mail, so that installations without e-mail do not load it. */
  private async open(): Promise<Transporter> {
    const { createTransport } = await import('nodemailer');
    const { providers, process } = this.settings;
    const { url, tls } = readSmtpUrl(providers.smtpUrl ?? '', process.nodeEnv === 'production');
    for (const [name, value] of Object.entries({ ...POOL, ...TLS_OPTIONS[tls] }))
      if (!url.searchParams.has(name)) url.searchParams.set(name, value);
    return createTransport(url.href);
  }
}
