import { spawnSync } from 'node:child_process';
import { accessSync, constants, readFileSync, readdirSync } from 'node:fs';
import { join } from 'node:path';

export interface ServerNeed {
  /** Programs that must lie in one folder. */
  readonly programs: readonly string[];
  /** Folders to look in beside PATH; `*` stands for a version, the newest is taken. */
  readonly folders: readonly string[];
  readonly debianPackage: string;
}

/** The folder that holds the programs: as they are on this machine, else after apt-get, else null. */
export function findPrograms(need: ServerNeed): string | null {
  return locate(need) ?? (aptInstall(need.debianPackage) ? locate(need) : null);
}

/** Whether `docker` is there and reaches an engine. */
export function hasContainerEngine(): boolean {
  return spawnSync('docker', ['version', '--format', '{{.Server.Version}}'], { timeout: 10_000 }).status === 0;
}

/** What to tell somebody whose machine offers no way to the server. */
export function missingServer(name: string, need: ServerNeed): Error {
  return new Error(
    `The tests need ${name}: no ${need.programs.join(', ')} on this machine, apt-get could not install ` +
      `${need.debianPackage}, and docker has no engine. Install ${need.debianPackage}, or give the address of a running ` +
      'server in TEST_REDIS_URL or TEST_DATABASE_URL.',
  );
}

/** A user for servers that refuse to run as root; undefined when we are somebody else already. */
export function unprivilegedUser(): { uid: number; gid: number } | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const accounts = readFileSync('/etc/passwd', 'utf8')
    .split('\n')
    .map((line) => line.split(':'));
  const account = ['postgres', 'nobody'].map((name) => accounts.find((fields) => fields[0] === name)).find(Boolean);
  return account && { uid: Number(account[2]), gid: Number(account[3]) };
}

function locate(need: ServerNeed): string | null {
  const folders = [...(process.env.PATH ?? '').split(':'), ...need.folders.flatMap(newestFirst)];
  return folders.find((folder) => need.programs.every((program) => isExecutable(join(folder, program)))) ?? null;
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

function aptInstall(debianPackage: string): boolean {
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const run = (...words: string[]): boolean => {
    const [command = '', ...args] = [...prefix, ...words];
    // RUNLEVEL=1 keeps Debian from starting the server as a service; the tests start their own.
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
    return spawnSync(command, args, { env, stdio: ['ignore', 'ignore', 'inherit'] }).status === 0;
  };
  const install = ['apt-get', 'install', '-y', '-q', '--no-install-recommends', debianPackage];
  return run(...install) || (run('apt-get', 'update', '-q') && run(...install));
}
