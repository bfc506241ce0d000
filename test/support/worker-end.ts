const TASKS = Symbol.for('tidings.whenWorkerEnds');

type Task = () => Promise<unknown>;
interface Registry {
  [TASKS]?: Task[];
}

/**
 * Runs a task after the last spec where jest's own process runs the specs. A worker of jest does not wait for it (`runner.js`): jest's
 * own process removes the folders and databases of the run (`test-run.ts`).
 */
export function whenWorkerEnds(task: Task): void {
  const registry = globalThis as Registry;
  registry[TASKS] ??= [];
  registry[TASKS].push(task);
}

/** For jest's global teardown. */
export async function endWorker(): Promise<void> {
  const registry = globalThis as Registry;
  await Promise.all((registry[TASKS] ?? []).splice(0).map((task) => task()));
}
