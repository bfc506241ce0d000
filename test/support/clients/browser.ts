import { join } from 'node:path';
import { chromium } from 'playwright-core';
import type { Browser, Page } from 'playwright-core';
import type { Person } from '../people.js';
import { requireProgram } from '../programs/test-program.js';
import { TEST_PROGRAMS } from '../programs/test-programs.js';

/** Milliseconds. Shorter than the time limit of a test. */
const DEADLINE_MS = 45_000;

/** A real headless Chromium: the path in TEST_CHROMIUM, or the one on this machine. */
export async function openBrowser(): Promise<Browser> {
  const executablePath = process.env.TEST_CHROMIUM ?? join(requireProgram(TEST_PROGRAMS.chromium), 'chromium');
  // Chromium's sandbox does not work for root, the user of most containers.
  const args = process.getuid?.() === 0 ? ['--no-sandbox'] : [];
  return chromium.launch({ executablePath, args });
}

/** A page of the service in a new browser profile, with all errors of the page. */
export async function openPage(browser: Browser, url: string): Promise<{ page: Page; problems: string[] }> {
  const context = await browser.newContext({ locale: 'en-GB', viewport: { width: 1280, height: 900 } });
  const page = await context.newPage();
  const problems: string[] = [];
  page.on('pageerror', (error) => problems.push(error.message));
  page.on('console', (message) => {
    if (message.type() === 'error') problems.push(message.text());
  });
  await page.goto(url);
  return { page, problems };
}

/** Fills in the form of the first page, and waits until the page is live. */
export async function signIn(page: Page, person: Pick<Person, 'email' | 'password'>): Promise<void> {
  await page.getByLabel('E-mail').fill(person.email);
  await page.getByLabel('Password').fill(person.password);
  await page.getByRole('button', { name: 'Sign in', exact: true }).click();
  await page.locator('#connection', { hasText: 'Live' }).waitFor();
}

/** Waits until a matching element has this text. */
export async function expectText(page: Page, selector: string, text: string): Promise<void> {
  await page.locator(selector, { hasText: text }).first().waitFor({ timeout: DEADLINE_MS });
}
