import { mkdtempSync } from 'node:fs';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { basename, join } from 'node:path';

/** The folder of this jest run. The global set-up sets it, and jest's workers inherit it. */
const FOLDER = 'TIDINGS_TEST_RUN';
const PREFIX = 'tidings-run-';

/** Called in jest's own process before its workers start. */
export function beginRun(): void {
  process.env[FOLDER] = mkdtempSync(join(tmpdir(), PREFIX));
}

/** Removes all folders of the run. */
export async function endRun(): Promise<void> {
  await rm(folder(), { recursive: true, force: true });
}

/** Creates a folder that is deleted at the end of the run at the latest. */
export function runFolder(name: string): Promise<string> {
  return mkdtemp(join(folder(), `${name}-`));
}

/** The prefix of database names of this run. Programs outside jest, such as the fuzzer, have no run. */
export function databasePrefix(): string {
  const path = process.env[FOLDER];
  return path === undefined ? 'tidings_test_' : `tidings_test_${basename(path).slice(PREFIX.length).toLowerCase()}_`;
}

function folder(): string {
  const path = process.env[FOLDER];
  if (path === undefined) throw new Error('no folder of the test run: this does not run under jest.config.js');
  return path;
}
