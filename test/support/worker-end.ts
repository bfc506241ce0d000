const TASKS = Symbol.for('tidings.whenWorkerEnds');

type Task = () => Promise<unknown>;
interface Registry {
  [TASKS]?: Task[];
}

/**
 * Runs a task after the last spec. If specs run in jest's own process, jest waits for the task. A jest worker does not
 * wait for it (`runner.js`): jest's own process deletes the folders and databases of the run (`test-run.ts`).
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
