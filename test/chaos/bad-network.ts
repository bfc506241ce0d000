import { setTimeout as wait } from 'node:timers/promises';
import { parseArgs } from 'node:util';
import { tally } from './chaos-client.js';
import { gather } from './company.js';
import { conclude } from './proof.js';
import { Stage } from './stage.js';

const CUT_MS = 2_000;
const { values } = parseArgs({
  options: {
    minutes: { type: 'string', default: '5' },
    clients: { type: 'string', default: '100' },
    writes: { type: 'string', default: '50' },
  },
});

/** Each connection is cut for two seconds, repeatedly and at different times. */
async function run(stage: Stage): Promise<boolean> {
  const company = await gather(stage, Number(values.clients));
  company.writer.start(Number(values.writes));
  const end = Date.now() + Number(values.minutes) * 60_000;
  let cuts = 0;
  await Promise.all(
    company.links.map(async (link) => {
      while (Date.now() < end) {
        await wait(1_000 + Math.random() * 5_000);
        link.cut();
        cuts += 1;
        await wait(CUT_MS);
        link.mend();
      }
    }),
  );
  return conclude(stage, company, [
    ['link cuts of 2 s', cuts],
    ['connections opened', tally.connections],
    ['of these resumed', tally.resumed],
  ]);
}

const stage = await Stage.start(2);
const held = await run(stage).finally(() => stage.stop());
process.exit(held ? 0 : 1);
