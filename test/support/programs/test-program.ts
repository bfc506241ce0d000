import { spawnSync } from 'node:child_process';
import { accessSync, constants, readdirSync } from 'node:fs';
import { join } from 'node:path';

/** A program that tests run and that npm does not install. */
export interface TestProgram {
  readonly name: string;
  readonly debianPackages: readonly string[];
  /** Executables that must be in one folder. Default: none. */
  readonly executables?: readonly string[];
  /** Folders to search after PATH; `*` stands for a version, and the newest is taken. Default: none. */
  readonly folders?: readonly string[];
  /** A command that exits with 0 if the content of the package can be used. Default: none. */
  readonly probe?: readonly string[];
  /** An environment variable that names a substitute, such as a running server. Default: none. */
  readonly substitute?: string;
  /** Whether a container engine can replace it. Default: false. */
  readonly containerised?: boolean;
}

/** The folder that holds the executables, or null. */
export function findProgram({ executables = [], folders = [] }: TestProgram): string | null {
  const candidates = [...(process.env.PATH ?? '').split(':'), ...folders.flatMap(newestFirst)];
  return candidates.find((folder) => executables.every((name) => isExecutable(join(folder, name)))) ?? null;
}

/** Whether tests can use the program on this machine now. */
export function isPresent(program: TestProgram): boolean {
  const [command, ...args] = program.probe ?? [];
  if (findProgram(program) === null) return false;
  return command === undefined || spawnSync(command, args, { stdio: 'ignore' }).status === 0;
}

/** The folder that contains the executables. If there is none, throws an error that says what to install. */
export function requireProgram(program: TestProgram): string {
  const folder = isPresent(program) ? findProgram(program) : null;
  if (folder === null) throw missingProgram(program);
  return folder;
}

/** The error for a test whose program is missing. */
export function missingProgram({ name, debianPackages, substitute, containerised }: TestProgram): Error {
  const ways = [
    `install the packages ${debianPackages.join(', ')}`,
    ...(containerised === true ? ['start a container engine'] : []),
    ...(substitute === undefined ? [] : [`set ${substitute}`]),
  ];
  return new Error(`This test needs ${name}, which is not on this machine. To run the test: ${ways.join(', or ')}.`);
}

function isExecutable(path: string): boolean {
  try {
    accessSync(path, constants.X_OK);
    return true;
  } catch {
    return false;
  }
}

function newestFirst(pattern: string): string[] {
  const [parent, rest] = pattern.split('/*/');
  if (parent === undefined || rest === undefined) return [pattern];
  try {
    const versions = readdirSync(parent).sort((a, b) => parseFloat(b) - parseFloat(a));
    return versions.map((version) => join(parent, version, rest));
  } catch {
    return [];
  }
}
