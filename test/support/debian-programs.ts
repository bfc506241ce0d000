import { spawnSync } from 'node:child_process';

/** Debian's own, which sees Debian's packages; another python3 that comes first in PATH does not. */
export const PYTHON = '/usr/bin/python3';

/** Makes sure that Debian's Python has these modules: with apt-get where it may, else throws, naming the packages. */
export function requirePython(modules: readonly string[], packages: readonly string[]): void {
  const probe = ['-c', `import ${modules.join(', ')}`];
  requireProgram(PYTHON, probe, packages);
}

/** Makes sure that a program runs with these words: with apt-get where it may, else throws, naming the packages. */
export function requireProgram(program: string, probe: readonly string[], packages: readonly string[]): void {
  const runs = (): boolean => spawnSync(program, probe, { stdio: 'ignore' }).status === 0;
  if (runs()) return;
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1' };
  const prefix = process.getuid?.() === 0 ? [] : ['sudo', '-n'];
  const apt = (...words: string[]): void => {
    const [command = '', ...args] = [...prefix, 'apt-get', ...words];
    spawnSync(command, args, { env, stdio: 'ignore' });
  };
  apt('update', '-q');
  apt('install', '-y', '-q', '--no-install-recommends', ...packages);
  if (!runs()) throw new Error(`These tests run ${program}: install ${packages.join(', ')}`);
}
