import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { DatabaseStartFailed } from './database-start-failed.js';
import { FolderLock } from './folder-lock.js';

describe('FolderLock', () => {
  let folder: string;
  let file: string;

  beforeEach(() => {
    folder = mkdtempSync(join(tmpdir(), 'tidings-lock-'));
    file = join(folder, 'lock');
  });
  afterEach(() => rmSync(folder, { recursive: true }));

  it('rejects a second holder until it is released', () => {
    const lock = FolderLock.take(folder);
    expect(() => FolderLock.take(folder)).toThrow(DatabaseStartFailed);
    expect(() => FolderLock.take(folder)).toThrow(`is in use by process ${process.pid}`);
    lock.release();
    lock.release();
    expect(existsSync(file)).toBe(false);
    FolderLock.take(folder).release();
  });

  it.each([
    ['of a process that no longer runs', () => String(spawnSync('true').pid)],
    ['with a process id that another process has now', () => `${process.ppid} 1`],
    ['of an earlier process with our process id, as in a container', () => String(process.pid)],
    ['that is empty', () => ''],
    ['with other content', () => 'something else'],
  ])('replaces a lock %s', (_case, holder) => {
    writeFileSync(file, holder());
    const lock = FolderLock.take(folder);
    expect(readFileSync(file, 'utf8').split(' ')[0]).toBe(String(process.pid));
    lock.release();
  });

  it('does not replace the lock of a running process', () => {
    writeFileSync(file, String(process.ppid));
    expect(() => FolderLock.take(folder)).toThrow(`in use by process ${process.ppid}`);
    expect(readFileSync(file, 'utf8')).toBe(String(process.ppid));
  });
});
