import { linkSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { DatabaseStartFailed } from './database-start-failed.js';

/** Lock files this process holds: its own number in one of another folder or of a former life says nothing. */
const held = new Set<string>();

/**
 * One process per data folder: PGlite itself would let a second one in, and both would write over each other. The file names
 * its holder; that of a process that is gone is taken over.
 */
export class FolderLock {
  private constructor(private readonly file: string) {}

  /** Throws DatabaseStartFailed, naming the holder. */
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

/** link fails where the name exists, and what it makes is complete at once: no one ever reads half a lock. */
function linked(draft: string, file: string): boolean {
  try {
    linkSync(draft, file);
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

/** Takes a dead holder's lock away. Of several who try, rename lets one succeed. */
function takenOver(file: string): boolean {
  const holder = read(file);
  if (holder === undefined) return true;
  if (isAlive(holder) && !isOfFormerLife(file, holder)) return false;
  const away = `${file}.${process.pid}.stale`;
  try {
    renameSync(file, away);
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'ENOENT';
  }
  // Between reading and renaming another process may have put its own there.
  const stillDead = read(away) === holder;
  if (!stillDead) linked(away, file);
  rmSync(away, { force: true });
  return stillDead;
}

function refusal(folder: string, file: string): DatabaseStartFailed {
  const pid = read(file)?.split(' ')[0] ?? 'unknown';
  return new DatabaseStartFailed(
    `The data folder ${folder} is in use by process ${pid}: stop that one, or give this one another DATABASE_URL.`,
  );
}

function read(file: string): string | undefined {
  try {
    return readFileSync(file, 'utf8');
  } catch {
    return undefined;
  }
}

/** In a container every start has the same number. */
function isOfFormerLife(file: string, holder: string): boolean {
  return Number(holder.split(' ')[0]) === process.pid && !held.has(file);
}

function isAlive(holder: string): boolean {
  const [number, started] = holder.split(' ');
  const current = identityOf(Number(number));
  if (current === undefined) return false;
  return started === undefined || current.split(' ')[1] === started;
}

/** `pid start`, where the start time is known (Linux): numbers are used again. Undefined for a process that is not there. */
function identityOf(pid: number): string | undefined {
  if (!(pid > 0)) return undefined;
  try {
    process.kill(pid, 0);
  } catch (error) {
    // EPERM: there, but another user's.
    if ((error as NodeJS.ErrnoException).code !== 'EPERM') return undefined;
  }
  // Fields 3 and 22; the name in field 2 may hold blanks and brackets, so count from its end.
  const fields = read(`/proc/${pid}/stat`)?.split(') ').pop()?.split(' ');
  if (fields === undefined) return String(pid);
  // A zombie has ended; only its parent has not noticed yet.
  return fields[0] === 'Z' ? undefined : `${pid} ${fields[19] ?? ''}`;
}
