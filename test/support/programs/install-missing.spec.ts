import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { delimiter, join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from '@jest/globals';
import { installMissing } from './install-missing.js';
import { requireProgram } from './test-program.js';
import type { TestProgram } from './test-program.js';

const LATHE: TestProgram = { name: 'Lathe', debianPackages: ['lathe'], executables: ['tidings-lathe'] };
const PRESS: TestProgram = { name: 'Press', debianPackages: ['press', 'press-tools'], executables: ['tidings-press'] };

/** The shell script that replaces apt-get: logs each call, and "installs" a package as an executable. */
const FAKE = `#!/bin/bash
echo "$*" >> "$FAKE_APT/calls"
if [ -s "$FAKE_APT/locked" ]; then
  sed -i 1d "$FAKE_APT/locked"
  echo 'E: Could not get lock /var/lib/apt/lists/lock. It is held by process 4711 (apt-get)' >&2
  exit 100
fi
case "$*" in *update*) exit 0 ;; esac
for word; do
  if grep -qx "$word" "$FAKE_APT/unknown"; then echo "E: Unable to locate package $word" >&2; exit 100; fi
done
echo 'Get:1 lathe'
while [ -e "$FAKE_APT/slow" ]; do sleep 0.05; done
for word; do
  case "$word" in lathe | press) printf '#!/bin/sh\\n' > "$FAKE_APT/bin/tidings-$word"; chmod +x "$FAKE_APT/bin/tidings-$word" ;; esac
done
`;

let folder: string;
let printed: string;
const path = process.env.PATH ?? '';
const options = {
  pauseMs: 10,
  print: (text: string): void => {
    printed += text;
  },
};
const calls = (): string[] => readFileSync(join(folder, 'calls'), 'utf8').trim().split('\n');
const installs = (): string[] => calls().filter((call) => call.includes('install'));

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'tidings-fake-apt-'));
  printed = '';
  mkdirSync(join(folder, 'bin'));
  for (const file of ['calls', 'locked', 'unknown']) writeFileSync(join(folder, file), '');
  writeFileSync(join(folder, 'bin/apt-get'), FAKE);
  // For a user other than root.
  writeFileSync(join(folder, 'bin/sudo'), '#!/bin/sh\nshift\nexec "$@"\n');
  for (const program of ['apt-get', 'sudo']) chmodSync(join(folder, 'bin', program), 0o755);
  process.env.PATH = `${join(folder, 'bin')}${delimiter}${path}`;
  process.env.FAKE_APT = folder;
});
afterEach(() => {
  process.env.PATH = path;
  delete process.env.FAKE_APT;
  rmSync(folder, { recursive: true, force: true });
});

describe('installing what the tests need', () => {
  it('installs all missing programs in one call, after one update', async () => {
    expect(await installMissing([LATHE, PRESS], options)).toEqual([]);
    expect(calls()).toHaveLength(2);
    expect(calls()[0]).toMatch(/update/);
    expect(installs()).toEqual([expect.stringMatching(/install .* lathe press press-tools$/)]);
    expect(requireProgram(LATHE)).toBe(join(folder, 'bin'));
  });

  it('does not call apt-get if everything is present', async () => {
    await installMissing([LATHE], options);
    writeFileSync(join(folder, 'calls'), '');
    expect(await installMissing([LATHE], options)).toEqual([]);
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe('');
  });

  it('waits for another process that holds the lock, and reports this', async () => {
    writeFileSync(join(folder, 'locked'), 'once\ntwice\nthree times\n');
    expect(await installMissing([LATHE], options)).toEqual([]);
    expect(printed.match(/Another process holds the package lock/g)).toHaveLength(3);
    expect(printed).not.toContain('could not install');
  });

  it('gives up on a lock that is never released, and names the command', async () => {
    writeFileSync(join(folder, 'locked'), 'again\n'.repeat(1000));
    expect(await installMissing([LATHE], { ...options, lockTimeoutSeconds: 0.05 })).toEqual([LATHE]);
    expect(printed).toContain('apt-get install --no-install-recommends lathe\n');
  });

  it('shows the progress of a slow apt-get before it ends', async () => {
    writeFileSync(join(folder, 'slow'), '');
    let progress = (): void => undefined;
    const seen = new Promise<void>((resolve) => (progress = resolve));
    const installing = installMissing([LATHE], {
      ...options,
      print: (text) => {
        if (text.includes('Get:1 lathe')) progress();
      },
    });
    await seen;
    expect(() => requireProgram(LATHE)).toThrow('Lathe');
    rmSync(join(folder, 'slow'));
    expect(await installing).toEqual([]);
  });

  it('installs the others if Debian lacks a package, and reports the missing ones once', async () => {
    writeFileSync(join(folder, 'unknown'), 'press-tools\npress\n');
    expect(await installMissing([LATHE, PRESS], options)).toEqual([PRESS]);
    expect(requireProgram(LATHE)).toBe(join(folder, 'bin'));
    expect(printed.match(/Missing, and apt-get could not install them: Press\./g)).toHaveLength(1);
    expect(printed).toContain('apt-get install --no-install-recommends press press-tools\n');
    expect(() => requireProgram(PRESS)).toThrow('install the packages press, press-tools');
  });

  it('names the packages to install on a machine without apt-get', async () => {
    rmSync(join(folder, 'bin/apt-get'));
    process.env.PATH = join(folder, 'bin');
    expect(await installMissing([LATHE], options)).toEqual([LATHE]);
    expect(printed).toContain('apt-get install --no-install-recommends lathe\n');
  });

  it('accepts a substitute from the environment', async () => {
    process.env.TIDINGS_TEST_LATHE = 'redis://elsewhere';
    expect(await installMissing([{ ...LATHE, substitute: 'TIDINGS_TEST_LATHE' }], options)).toEqual([]);
    delete process.env.TIDINGS_TEST_LATHE;
    expect(readFileSync(join(folder, 'calls'), 'utf8')).toBe('');
  });
});
