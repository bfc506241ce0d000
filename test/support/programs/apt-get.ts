import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';

export interface AptGetOptions {
  /** Where progress is written, including the output of apt-get. */
  readonly print: (text: string) => void;
  /** How long to wait for another apt-get or dpkg to finish. Default: 600 s. */
  readonly lockTimeoutSeconds?: number;
  /** Pause between attempts while another process holds a lock. Default: 3,000 ms. */
  readonly pauseMs?: number;
}

interface Outcome {
  readonly succeeded: boolean;
  readonly output: string;
}

// DPkg::Lock::Timeout applies only to dpkg's lock. apt-get fails at once if the locks of its lists or its archive are
// held.
const LOCKED = /Could not get lock|Unable to lock directory|is held by process/;
const UNKNOWN = /Unable to locate package (\S+)|Package '?(\S+?)'? has no installation candidate/g;

/**
 * Installs Debian packages in one apt-get call, after one update of the package lists. If Debian lacks some of them, a
 * second call omits those. Returns whether apt-get succeeded; the caller checks what is installed afterwards.
 */
export async function installPackages(packages: readonly string[], options: AptGetOptions): Promise<boolean> {
  await untilUnlocked(['update', '-q'], options);
  for (let names = packages; names.length > 0;) {
    const words = ['install', '-y', '-q', '--no-install-recommends', ...names];
    const { succeeded, output } = await untilUnlocked(words, options);
    if (succeeded) return true;
    const unknown = [...output.matchAll(UNKNOWN)].map(([, located, candidate]) => located ?? candidate);
    const known = names.filter((name) => !unknown.includes(name));
    if (known.length === names.length) return false;
    names = known;
  }
  return false;
}

async function untilUnlocked(words: readonly string[], options: AptGetOptions): Promise<Outcome> {
  const { print, lockTimeoutSeconds = 600, pauseMs = 3_000 } = options;
  const deadline = Date.now() + lockTimeoutSeconds * 1_000;
  for (;;) {
    const outcome = await run(['-o', `DPkg::Lock::Timeout=${lockTimeoutSeconds}`, ...words], print);
    if (outcome.succeeded || !LOCKED.test(outcome.output) || Date.now() > deadline) return outcome;
    print('Another process holds the package lock. Waiting for it.\n');
    await delay(pauseMs);
  }
}

function run(words: readonly string[], print: (text: string) => void): Promise<Outcome> {
  const [command = '', ...args] = [...(process.getuid?.() === 0 ? [] : ['sudo', '-n']), 'apt-get', ...words];
  // RUNLEVEL=1 keeps Debian from starting the servers as services, because the tests start their own. LC_ALL: the
  // output is parsed.
  const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive', RUNLEVEL: '1', LC_ALL: 'C.UTF-8' };
  return new Promise((resolve) => {
    const child = spawn(command, args, { env, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    const note = (chunk: Buffer): void => {
      output += chunk.toString();
      print(chunk.toString());
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.once('error', () => resolve({ succeeded: false, output }));
    child.once('close', (code) => resolve({ succeeded: code === 0, output }));
  });
}
