import { isRightToLeft } from '../../locale/language.js';
import { escapeHtml } from '../../text/escape-html.js';
import { paragraphs } from '../templates/html-text.js';

/** The content of an HTML e-mail. */
export interface EmailContent {
  readonly title: string;
  readonly text: string;
  /**
   * HTML rendered from the type's own template, which is trusted; its values are escaped. Null: generate the HTML from
   * `text`.
   */
  readonly body: string | null;
  /** BCP 47. */
  readonly language: string;
}

const STYLE =
  'body{margin:0;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#1b1f24}' +
  'main{max-width:36rem;margin:2rem auto;padding:1.5rem 2rem;background:#fff;border-radius:.5rem}' +
  'h1{margin:0 0 1rem;font-size:1.25rem}a{color:#0b57d0}';

/** A complete HTML document. If the body is already a complete document, it is returned unchanged. */
export function emailHtml({ title, text, body, language }: EmailContent): string {
  if (body !== null && /^\s*(?:<!doctype|<html)\b/i.test(body)) return body;
  const direction = isRightToLeft(language) ? 'rtl' : 'ltr';
  return [
    '<!doctype html>',
    `<html lang="${escapeHtml(language)}" dir="${direction}">`,
    `<head><meta charset="utf-8"><meta name="viewport" content="width=device-width"><title>${escapeHtml(title)}</title>`,
    `<style>${STYLE}</style></head>`,
    `<body><main>`,
    body ?? `<h1>${escapeHtml(title)}</h1>\n${paragraphs(text)}`,
    '</main></body>',
    '</html>',
    '',
  ].join('\n');
}
