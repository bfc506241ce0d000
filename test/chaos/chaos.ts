import { tally } from './chaos-client.js';
import { dismiss, gather } from './company.js';
import { Faults } from './faults/faults.js';
import { randomFrom, readOptions } from './options.js';
import type { Options } from './options.js';
import { Stage } from './stage.js';
import { table } from './table.js';
import { everyoneIsThere, judge } from './verdict.js';
import type { Verdict } from './verdict.js';

const CATCH_UP_SECONDS = 90;
/** The possible answers while a node or a database is unavailable. Any other answer is an error of the service. */
const ALLOWED_ANSWERS = new Set(['201', '503', 'connection lost', 'no node', 'no answer in time']);

async function run(options: Options): Promise<boolean> {
  const stage = await Stage.start(2);
  try {
    const company = await gather(stage, options.clients);
    const { writer, audience, links } = company;
    const faults = new Faults(stage, links, randomFrom(options.seed));
    writer.start(options.writes);
    await faults.run(Date.now() + options.minutes * 60_000);
    await writer.stop();
    const arrived = await everyoneIsThere(stage, audience, CATCH_UP_SECONDS);
    const verdict = await judge(stage, audience, writer);
    dismiss(company);
    report(faults, writer.answers, verdict);
    const wrong = complaints(verdict, faults, writer.answers, arrived);
    for (const line of wrong.slice(0, 20)) process.stdout.write(`WRONG: ${line}\n`);
    return wrong.length === 0;
  } finally {
    await stage.stop();
  }
}

function report(faults: Faults, answers: ReadonlyMap<string, number>, verdict: Verdict): void {
  const rows: (readonly [string, string | number])[] = [
    ...[...answers].sort().map(([answer, count]) => [`writes answered ${answer}`, count] as const),
    ['messages in the log', verdict.logged],
    ...[...faults.done].map(([kind, count]) => [`fault: ${kind}`, count] as const),
    ['connections opened', tally.connections],
    ['of these resumed', tally.resumed],
    ['handshakes refused (503)', tally.refused],
    ['handshakes that arrived too late (408)', tally.late],
    ['deliveries due', verdict.due],
    ['deliveries', tally.deliveries],
    ['accepted (201) and not in the log', verdict.acceptedButNotLogged],
    ['lost', verdict.lost],
    ['doubled', verdict.doubled],
    ['reordered', verdict.reordered],
    ['with content that differs from the log', verdict.wrongContent],
  ];
  process.stdout.write(`\n${table(rows)}\n\ncloses by code: ${JSON.stringify([...tally.closes])}\n`);
}

function complaints(
  verdict: Verdict,
  faults: Faults,
  answers: ReadonlyMap<string, number>,
  arrived: boolean,
): string[] {
  const { lost, doubled, reordered, wrongContent, acceptedButNotLogged } = verdict;
  const bad = Object.entries({ lost, doubled, reordered, wrongContent, acceptedButNotLogged });
  return [
    ...bad.filter(([, count]) => count !== 0).map(([name, count]) => `${name}: ${count}`),
    ...(arrived ? [] : [`not all clients caught up within ${CATCH_UP_SECONDS} s`]),
    ...[...answers.keys()]
      .filter((answer) => !ALLOWED_ANSWERS.has(answer))
      .map((answer) => `a write answered ${answer}`),
    ...faults.badExits.map((code) => `a deployed node ended with ${String(code)}`),
    ...verdict.complaints,
  ];
}

const options = readOptions(process.argv.slice(2));
process.stdout.write(
  `npm run test:chaos -- ${Object.entries(options)
    .map(([name, value]) => `--${name} ${value}`)
    .join(' ')}\n`,
);
const held = await run(options);
process.stdout.write(held ? 'all guarantees held\n' : 'a guarantee was VIOLATED\n');
process.exit(held ? 0 : 1);
