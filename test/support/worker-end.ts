const TASKS = Symbol.for('tidings.whenWorkerEnds');
/** The first element of jest-worker's message to a worker that has no more specs to run. */
const END = 2;

type Task = () => Promise<unknown>;
interface Registry {
  [TASKS]?: Task[];
}

/**
 * Runs a task after the last spec, where jest's own process runs the specs. A worker of jest ends instead, for which jest gives
 * it half a second; the folders and databases of a run are removed by jest's own process (`test-run.ts`).
 */
export function whenWorkerEnds(task: Task): void {
  const registry = globalThis as Registry;
  if (!registry[TASKS]) {
    registry[TASKS] = [];
    if (process.send) process.on('message', endAfterLastSpec);
  }
  registry[TASKS].push(task);
}

/** For jest's global teardown. */
export async function endWorker(): Promise<void> {
  const registry = globalThis as Registry;
  await Promise.all((registry[TASKS] ?? []).splice(0).map((task) => task()));
}

function endAfterLastSpec(message: unknown): void {
  if (Array.isArray(message) && message[0] === END) process.exit();
}
