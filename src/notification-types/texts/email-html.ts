import { isRightToLeft } from '../../locale/language.js';
import { escapeHtml, paragraphs } from '../templates/html-text.js';

/** What becomes of a mail in HTML. */
export interface EmailContent {
  readonly title: string;
  readonly text: string;
  /** HTML of the type's own template, trusted, with what it was given escaped; null: made of the text. */
  readonly body: string | null;
  /** BCP 47. */
  readonly language: string;
}

const STYLE =
  'body{margin:0;background:#f4f5f7;font:16px/1.5 system-ui,sans-serif;color:#1b1f24}' +
  'main{max-width:36rem;margin:2rem auto;padding:1.5rem 2rem;background:#fff;border-radius:.5rem}' +
  'h1{margin:0 0 1rem;font-size:1.25rem}a{color:#0b57d0}';

/** A whole document. A template that is one already stays as it is. */
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
