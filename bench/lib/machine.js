import { execFileSync } from 'node:child_process';
import { cpus, totalmem, release, loadavg } from 'node:os';

/** The servers under test have a core of their own; all else shares the other one. */
export const SERVER_CORE = 0;
export const LOAD_CORE = 1;

/** One line for RESULTS.md. */
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

/** Open files one process may have: what bounds its sockets. */
export function openFilesLimit() {
  const limit = execFileSync('sh', ['-c', 'ulimit -Hn'], { encoding: 'utf8' }).trim();
  return limit === 'unlimited' ? 1_048_576 : Number(limit);
}

export function pinned(core, command, args) {
  return ['taskset', ['-c', String(core), command, ...args]];
}
