import { escapeHtml } from './escape-html.js';

interface HtmlPage {
  /** BCP 47. */
  readonly language: string;
  /** Plain text. */
  readonly title: string;
  /** HTML. */
  readonly body: string;
}

/**
 * A page outside the application, such as the target of a link in an e-mail. Search engines do not index it, and its address,
 * which may contain a token, is not sent to other sites.
 */
export function htmlPage({ language, title, body }: HtmlPage): string {
  return (
    `<!doctype html><html lang="${language}"><head><meta charset="utf-8"><meta name="robots" content="noindex">` +
    '<meta name="referrer" content="no-referrer"><meta name="viewport" content="width=device-width">' +
    `<title>${escapeHtml(title)}</title><link rel="stylesheet" href="/page.css"></head><body><main>${body}</main></body></html>\n`
  );
}
