import { spawnSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';

const BENCHMARKS = [
  'fan-out',
  'targeted',
  'connect',
  'fixed-load',
  'burst',
  'growth',
  'durable',
  'append',
  'latency',
  'start',
  'hostile',
  'batch',
  'email',
  'history',
];
const FOLDER = fileURLToPath(new URL('.', import.meta.url));
const USAGE = `npm run bench -- [${BENCHMARKS.join(' | ')}]... [--repetitions N] [--only name,name] [--scale 0.1] [--sockets N] [--node-options="--cpu-prof"]`;

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    repetitions: { type: 'string' },
    only: { type: 'string' },
    scale: { type: 'string' },
    sockets: { type: 'string' },
    'node-options': { type: 'string' },
    help: { type: 'boolean' },
  },
});
const unknown = positionals.filter((name) => !BENCHMARKS.includes(name));
if (values.help || unknown.length > 0) {
  process.stderr.write(`${USAGE}\n`);
  process.exit(unknown.length > 0 ? 2 : 0);
}
if (!existsSync(`${FOLDER}node_modules`)) {
  process.stderr.write('installing what only the benchmarks need\n');
  spawnSync('npm', ['ci', '--no-audit', '--no-fund'], { cwd: FOLDER, stdio: 'inherit' });
}

if (values['node-options']) process.env.BENCH_NODE_OPTIONS = values['node-options'];
const { build } = await import('./lib/service.js');
build();
const options = {
  ...(values.repetitions && { repetitions: Number(values.repetitions) }),
  ...(values.only && { only: values.only.split(',') }),
  ...(values.scale && { scale: Number(values.scale) }),
  ...(values.sockets && { sockets: Number(values.sockets) }),
};
const words = process.argv.slice(2).filter((word) => !BENCHMARKS.includes(word));
for (const name of positionals.length > 0 ? positionals : BENCHMARKS) {
  const { run } = await import(`./benchmarks/${name}.js`);
  await run({ ...options, command: ['npm run bench --', name, ...words].join(' ') });
}
process.exit(0);
