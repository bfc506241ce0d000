import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, it } from '@jest/globals';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';
import { Terminal } from '../support/terminal.js';
import { comparable, tourSteps } from '../support/tour.js';
import type { TourStep } from '../support/tour.js';

const ROOT = join(import.meta.dirname, '../..');

/** Somebody at a terminal, and the node they talk to. */
interface Desk {
  readonly terminal: Terminal;
  readonly url: string;
}

let stack: Stack;
let desks: Record<string, Desk>;
beforeAll(async () => {
  stack = await startStack({ DEMO_DATA: 'true' });
  desks = {
    first: { terminal: new Terminal(ROOT), url: stack.otherUrl },
    second: { terminal: new Terminal(ROOT), url: stack.url },
  };
});
afterAll(async () => {
  for (const { terminal } of Object.values(desks)) terminal.end();
  await stack.stop();
});

it('the tour of README.md prints what README.md says', async () => {
  const steps = tourSteps(readFileSync(join(ROOT, 'README.md'), 'utf8'));
  expect(steps.length).toBeGreaterThan(20);
  for (const step of steps) {
    for (const desk of desksOf(step)) await take(step, desk);
  }
  for (const { terminal } of Object.values(desks)) expect(terminal.unread()).toEqual([]);
}, 120_000);

function desksOf({ terminal: name, line }: TourStep): Desk[] {
  if (name === 'both') return Object.values(desks);
  const desk = desks[name];
  if (!desk) throw new Error(`README.md, line ${line}: there is no terminal ${name}`);
  return [desk];
}

async function take({ kind, text, line }: TourStep, { terminal, url }: Desk): Promise<void> {
  if (kind === 'interrupts') {
    terminal.interrupt();
  } else if (kind === 'types') {
    terminal.type(text.replace('http://localhost:8000', url));
  } else {
    const expected = comparable(text);
    const printed = await terminal.read(expected.length, `what README.md shows at line ${line}`);
    expect(comparable(printed.join('\n'))).toEqual(expected);
  }
}
