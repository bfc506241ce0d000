import type { Company } from './company.js';
import { dismiss } from './company.js';
import type { Stage } from './stage.js';
import { table } from './table.js';
import { everyoneIsThere, judge } from './verdict.js';

const CATCH_UP_SECONDS = 60;

/**
 * Ends a run: waits until all clients have caught up, and prints the table. Returns true if no message was lost,
 * duplicated or reordered.
 */
export async function conclude(
  stage: Stage,
  company: Company,
  rows: readonly (readonly [string, string | number])[],
): Promise<boolean> {
  const { audience, writer } = company;
  await writer.stop();
  const arrived = await everyoneIsThere(stage, audience, CATCH_UP_SECONDS);
  const { lost, doubled, reordered, wrongContent, acceptedButNotLogged, due, complaints } = await judge(
    stage,
    audience,
    writer,
  );
  dismiss(company);
  const counts = { lost, doubled, reordered, wrongContent, acceptedButNotLogged };
  const answers = [...writer.answers].map(([answer, count]) => [`writes answered ${answer}`, count] as const);
  process.stdout.write(`\n${table([...rows, ...answers, ['deliveries due', due], ...Object.entries(counts)])}\n`);
  for (const complaint of complaints.slice(0, 10)) process.stdout.write(`WRONG: ${complaint}\n`);
  return arrived && complaints.length === 0 && Object.values(counts).every((count) => count === 0);
}
