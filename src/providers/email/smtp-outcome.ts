import type { Outcome } from '../provider/delivery-provider.js';

/** The error of nodemailer, with the answer of the SMTP server if there was one. */
interface SmtpError {
  readonly message: string;
  /** EENVELOPE: the server rejected the recipient or sender; EMESSAGE: it rejected the e-mail; EAUTH: it rejected the login. */
  readonly code?: string;
  /** SMTP reply code: 4xx is temporary, 5xx permanent. */
  readonly responseCode?: number;
}

const TLS_HINT =
  'SMTP_URL requires TLS: let the server offer STARTTLS, use smtps://, or add ?tls=opportunistic to send without encryption';
const OF_THIS_MAIL = new Set(['EENVELOPE', 'EMESSAGE']);

/**
 * Gives up only if the server permanently rejects the e-mail. All other errors are retried: servers that are unavailable, full or
 * busy, and rejected logins, which the operator must correct.
 */
export function smtpOutcome(thrown: unknown): Outcome {
  const { message, code = '', responseCode = 0 } = thrown as SmtpError;
  const hint = code === 'ETLS' ? `; ${TLS_HINT}` : '';
  const retry = !(OF_THIS_MAIL.has(code) && responseCode >= 500);
  return { status: 'failed', error: message.replace(/\s+/g, ' ').slice(0, 500) + hint, retry };
}
