import { parseArgs } from 'node:util';
import { tally } from './chaos-client.js';
import { gather } from './company.js';
import { conclude } from './proof.js';
import { Stage } from './stage.js';

const { values } = parseArgs({
  options: {
    times: { type: 'string', default: '10' },
    clients: { type: 'string', default: '100' },
    writes: { type: 'string', default: '60' },
  },
});

/** Repeated deployments under load: one node drains while the other one takes over its clients. */
async function run(stage: Stage): Promise<boolean> {
  const company = await gather(stage, Number(values.clients));
  company.writer.start(Number(values.writes));
  const exits: (number | null)[] = [];
  for (let turn = 0; turn < Number(values.times); turn += 1) {
    exits.push(await stage.endNode(turn % 2, (node) => node.stop()));
    await stage.startNode(turn % 2);
  }
  const clean = exits.filter((code) => code === 0).length;
  const held = await conclude(stage, company, [
    ['drains', exits.length],
    ['of these with exit code 0', clean],
    ['sockets closed with 1012', tally.closes.get(1012) ?? 0],
    [
      'sockets closed otherwise',
      [...tally.closes].reduce((sum, [code, count]) => sum + (code === 1012 ? 0 : count), 0),
    ],
  ]);
  return held && clean === exits.length;
}

const stage = await Stage.start(2);
const held = await run(stage).finally(() => stage.stop());
process.exit(held ? 0 : 1);
