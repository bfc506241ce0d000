import { execFileSync } from 'node:child_process';
import { cpus, totalmem, release, loadavg } from 'node:os';

/** The servers under test have one core to themselves; all other processes share the other one. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** The description of the machine for RESULTS.md, on one line. */
export function describeMachine() {
  const [{ model }] = cpus();
  const memory = Math.round(totalmem() / 2 ** 30);
  return `${cpus().length} x ${model.trim()}, ${memory} GiB, Linux ${release().split('-')[0]}, Node ${process.versions.node}`;
}

/** Other work on the machine disturbs latencies and, through the caches, CPU times. */
export function describeLoad() {
  return loadavg()
    .map((load) => load.toFixed(1))
    .join(' ');
}

/** How many files a process may open. This limits its sockets. */
export function openFilesLimit() {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? 1_048_576 : Number(limit);
}

export function pinned(core, command, args) {
  return ['taskset', ['-c', String(core), command, ...args]];
}
