/** `npm run check` runs all scripts `check:*` of package.json, as many at once as there are cores. */
import { spawn } from 'node:child_process';
import { readFileSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { performance } from 'node:perf_hooks';

/** The longest checks start first. */
const FIRST = ['check:lint', 'check:types'];
const { scripts } = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8'));
const CHECKS = new Set([...FIRST, ...Object.keys(scripts).filter((name) => name.startsWith('check:'))]);

function run(script) {
  return new Promise((resolve) => {
    const began = performance.now();
    const child = spawn('npm', ['run', '--silent', script], { stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr]) stream.on('data', (chunk) => (output += chunk));
    child.on('close', (code) => resolve({ code, output, seconds: (performance.now() - began) / 1e3 }));
  });
}

const waiting = [...CHECKS];
async function runWaiting() {
  for (let script = waiting.shift(); script !== undefined; script = waiting.shift()) {
    const { code, output, seconds } = await run(script);
    console.log(`${code === 0 ? 'passed' : 'FAILED'} ${script}, ${seconds.toFixed(1)} s`);
    if (code === 0) continue;
    console.log(output);
    process.exitCode = 1;
  }
}
await Promise.all(Array.from({ length: availableParallelism() }, runWaiting));
