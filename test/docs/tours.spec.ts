import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { openBrowser, openPage } from '../support/clients/browser.js';
import { markedBlocks } from '../support/documents/document.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { Terminal } from '../support/clients/terminal.js';
import { comparable, tourSteps } from '../support/documents/tour.js';
import type { TourStep } from '../support/documents/tour.js';

const ROOT = join(import.meta.dirname, '../..');

/** A terminal, and the node that it uses. */
interface Desk {
  readonly terminal: Terminal;
  readonly url: string;
}

/**
 * The documents whose commands are run, and the minimum number of steps. The first one depends on the number of demo
 * notifications.
 */
const TOURS = [
  ['docs/tour.md', 20],
  ['docs/live-orders.md', 15],
  ['docs/api-keys.md', 10],
  ['docs/accounts.md', 10],
  ['docs/webhooks.md', 3],
  ['docs/users.md', 8],
  ['docs/audit-log.md', 3],
] as const;

let stack: Stack;
beforeAll(async () => {
  stack = await startStack({ DEMO_DATA: 'true' });
});
afterAll(() => stack.stop());

describe.each(TOURS)('the tour of %s', (document, steps) => {
  let desks: Record<string, Desk>;
  beforeAll(() => {
    desks = {
      first: { terminal: new Terminal(ROOT), url: stack.otherUrl },
      second: { terminal: new Terminal(ROOT), url: stack.url },
    };
  });
  afterAll(() => {
    for (const { terminal } of Object.values(desks)) terminal.end();
  });

  it('prints the documented output', async () => {
    const tour = tourSteps(readFileSync(join(ROOT, document), 'utf8'));
    expect(tour.length).toBeGreaterThan(steps);
    for (const step of tour) {
      for (const desk of desksOf(step)) await take(step, desk);
    }
    for (const { terminal } of Object.values(desks)) expect(terminal.unread()).toEqual([]);
  }, 120_000);

  function desksOf({ terminal: name, line }: TourStep): Desk[] {
    if (name === 'both') return Object.values(desks);
    const desk = desks[name];
    if (!desk) throw new Error(`${document}, line ${line}: there is no terminal ${name}`);
    return [desk];
  }

  async function take({ kind, text, line }: TourStep, { terminal, url }: Desk): Promise<void> {
    if (kind === 'interrupts') {
      terminal.interrupt();
    } else if (kind === 'types') {
      terminal.type(text.replace('http://localhost:8000', url));
    } else {
      const expected = comparable(text);
      const printed = await terminal.read(expected.length, `what ${document} shows at line ${line}`);
      expect(comparable(printed.join('\n'))).toEqual(expected);
    }
  }
});

describe('the code of README.md for a browser', () => {
  it('prints the greeting, the notification and the count', async () => {
    const [code] = markedBlocks('README.md', 'browser');
    const browser = await openBrowser();
    try {
      const { page } = await openPage(browser, stack.url);
      // In the order of printing: the values arrive later, and not necessarily in this order.
      const printed: Promise<unknown>[] = [];
      const isCounted = new Promise<void>((resolve) => {
        page.on('console', (message) => {
          const value = Promise.resolve(message.args()[0]?.jsonValue());
          printed.push(value);
          void value.then((content) => {
            if ((content as { type?: string }).type === 'unread_count') resolve();
          });
        });
      });
      await page.evaluate(`(async () => { ${code?.text ?? ''} })()`);
      await isCounted;
      expect(await Promise.all(printed)).toEqual([
        expect.objectContaining({ type: 'connection_established', resumed: false }),
        expect.objectContaining({ type: 'notification', notification: expect.objectContaining({ title: 'Hello' }) }),
        expect.objectContaining({ type: 'unread_count' }),
      ]);
    } finally {
      await browser.close();
    }
  });
});
