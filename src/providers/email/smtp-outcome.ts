import type { Outcome } from '../provider/delivery-provider.js';

/** What nodemailer says went wrong, and the SMTP server's answer where there was one. */
interface SmtpError {
  readonly message: string;
  /** EENVELOPE: the recipient (or sender) was refused; EMESSAGE: the mail was; EAUTH: we were. */
  readonly code?: string;
  /** Of SMTP: 4xx for now, 5xx for good. */
  readonly responseCode?: number;
}

const TLS_HINT =
  'SMTP_URL requires TLS: let the server offer STARTTLS, use smtps://, or add ?tls=opportunistic to send without encryption';
const OF_THIS_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

/**
 * A mail that the server refuses for good is given up. All else passes: servers that are away, full or too busy, and a login
 * that is refused, which is the operator's to mend and no fault of the mail.
 */
export function smtpOutcome(thrown: unknown): Outcome {
  const { message, code = '', responseCode = 0 } = thrown as SmtpError;
  const hint = code === 'ETLS' ? `; ${TLS_HINT}` : '';
  const retry = !(OF_THIS_MAIL.has(code) && responseCode >= 500);
  return { status: 'failed', error: message.replace(/\s+/g, ' ').slice(0, 500) + hint, retry };
}
