import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseStartFailed } from './database-start-failed.js';

/**
 * Lock files held by this process. Its process id in a lock file does not prove that, because an earlier process may have had the
 * same id.
 */
const held = new Set<string>();

/**
 * Allows only one process per data folder. PGlite itself would open the folder twice, and both processes would overwrite each
 * other's data. The lock file names its holder. The lock of a process that no longer runs is replaced.
 */
export class FolderLock {
  private constructor(private readonly file: string) {}

  /** Throws DatabaseStartFailed, which names the holder. */
  static take(folder: string): FolderLock {
    const file = join(folder, 'lock');
    const draft = `${file}.${process.pid}`;
    writeFileSync(draft, identityOf(process.pid) ?? '');
    try {
      if (!linked(draft, file) && !(takenOver(file) && linked(draft, file))) throw refusal(folder, file);
    } finally {
      rmSync(draft, { force: true });
    }
    held.add(file);
    return new FolderLock(file);
  }

  release(): void {
    if (held.delete(this.file)) rmSync(this.file, { force: true });
  }
}

/** link fails if the name exists, and creates a complete file, so other processes never read half a lock file. */
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Removes the lock of a process that no longer runs. If several processes try, rename succeeds for only one of them. */
function takenOver(file: string): boolean {
  const holder = read(file);
  if (holder === undefined) return true;
  if (isAlive(holder) && !isOfEarlierProcess(file, holder)) return false;
  const away = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, away);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
  // Between reading and renaming, another process may have created its own lock file.
  const stillDead = read(away) === holder;
  if (!stillDead) linked(away, file);
  rmSync(away, { force: true });
  return stillDead;
}

function refusal(folder: string, file: string): DatabaseStartFailed {
  const pid = read(file)?.split(' ')[0] ?? 'unknown';
  return new DatabaseStartFailed(
    `The data folder ${folder} is in use by process ${pid}. Stop that process, or set another DATABASE_URL.`,
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** In a container, the process id is the same at every start. */
function isOfEarlierProcess(file: string, holder: string): boolean {
  return Number(holder.split(' ')[0]) === process.pid && !held.has(file);
}

function isAlive(holder: string): boolean {
  const [number, started] = holder.split(' ');
  const current = identityOf(Number(number));
  if (current === undefined) return false;
  return started === undefined || current.split(' ')[1] === started;
}

/** `pid start`. The start time is included where it is known (Linux), because ids are reused. Undefined if the process does not run. */
function identityOf(pid: number): string | undefined {
  if (!(pid > 0)) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: the process exists but belongs to another user.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  // Fields 3 and 22. The name in field 2 may contain spaces and brackets, so count from its end.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').pop()?.split(' ');
  if (fields === undefined) return String(pid);
  // A zombie has exited; its parent has not yet collected its status.
  return fields[0] === 'Z' ? undefined : `${pid} ${fields[19] ?? ''}`;
}
