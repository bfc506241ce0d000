import type { Request } from 'express';
import { escapeHtml } from '../../text/escape-html.js';
import { htmlPage } from '../../text/html-page.js';
import { pathOf } from './allowed-methods.js';
import { PROBLEM_JSON } from './problem-details.js';
import type { ServiceError } from '../error/service-error.js';

export const PAGE_HEADERS = { 'Content-Type': 'text/html; charset=utf-8', Vary: 'Accept' };

/** Whether the client is a browser that opens an address outside the API. Other clients get a problem (RFC 9457). */
export function wantsPage(request: Request): boolean {
  return request.method === 'GET' && !/^\/api(\/|$)/.test(pathOf(request)) && acceptsPage(request);
}

/** Whether the client is a browser that navigates, rather than a program. */
export function acceptsPage(request: Request): boolean {
  return request.accepts([PROBLEM_JSON, 'application/json', 'text/html']) === 'text/html';
}

/** The error as an HTML page. */
export function errorPage({ row, detail }: ServiceError): string {
  const body = `<h1>${escapeHtml(row.title)}</h1><p>${escapeHtml(detail)}</p>`;
  return htmlPage({ language: 'en', title: row.title, body });
}
