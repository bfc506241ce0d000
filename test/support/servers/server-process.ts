import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { setTimeout as delay } from 'node:timers/promises';

export interface ServerCommand {
  readonly command: string;
  readonly args: readonly string[];
  /** Another user to run as, which requires root. */
  readonly user?: { readonly uid: number; readonly gid: number };
  readonly env?: Readonly<Record<string, string>>;
  /** The signal for a regular stop. */
  readonly stopSignal: NodeJS.Signals;
  /** The signal that simulates a crash. Default: SIGKILL. */
  readonly killSignal?: NodeJS.Signals;
  /** A shell command that ends the server at once, if a signal to the process would not (containers). */
  readonly killCommand?: string;
  /** Deleted if this process ends without having stopped the server. */
  readonly directory: string;
  /** Rejects until the server accepts requests. */
  readonly probe: () => Promise<unknown>;
}

const START_DEADLINE_MS = 180_000;

/**
 * Waits until its standard input ends, which happens when the process that started it ends in any way, and then cleans
 * up. It has its own session, because Ctrl-C reaches the whole foreground group.
 */
const GUARDIAN = 'cat >/dev/null; eval "$1"; rm -rf "$2"';

/** A server program as a child process that never outlives its parent. */
export class ServerProcess {
  private child: ChildProcess | null = null;
  private guardian: ChildProcess | null = null;
  private output = '';

  constructor(private readonly options: ServerCommand) {}

  /** Resolves when the probe succeeds. If the server ends first, throws an error with the server's last output. */
  async start(): Promise<void> {
    const { command, args, user, env } = this.options;
    this.output = '';
    const child = spawn(command, args, { stdio: ['ignore', 'pipe', 'pipe'], env: { ...process.env, ...env }, ...user });
    this.child = child;
    const note = (chunk: Buffer): void => {
      this.output = (this.output + chunk.toString()).slice(-4_000);
    };
    child.stdout.on('data', note);
    child.stderr.on('data', note);
    child.on('error', (error) => {
      this.output += error.message;
    });
    this.guard(child);
    await this.untilReady(child);
    for (const handle of [child, child.stdout, child.stderr]) unref(handle);
  }

  /** Stops the server and returns the exit code. Returns null if the server is not running. */
  async stop(): Promise<number | null> {
    return this.end((child) => child.kill(this.options.stopSignal));
  }

  /** Ends the server like a crash: without cleaning up or closing connections. */
  async kill(): Promise<void> {
    await this.end((child) => {
      if (this.options.killCommand === undefined) child.kill(this.options.killSignal ?? 'SIGKILL');
      else spawn('sh', ['-c', this.options.killCommand], { stdio: 'ignore' });
    });
  }

  private async end(how: (child: ChildProcess) => void): Promise<number | null> {
    const child = this.child;
    this.child = null;
    if (child !== null && isRunning(child)) {
      child.ref();
      const ended = once(child, 'exit');
      how(child);
      await ended;
    }
    this.guardian?.kill('SIGKILL');
    this.guardian = null;
    return child?.exitCode ?? null;
  }

  private guard(child: ChildProcess): void {
    const kill = this.options.killCommand ?? `kill -9 ${child.pid ?? ''}`;
    this.guardian = spawn('sh', ['-c', GUARDIAN, 'guardian', kill, this.options.directory], {
      stdio: ['pipe', 'ignore', 'ignore'],
      detached: true,
    });
    unref(this.guardian);
    unref(this.guardian.stdin);
  }

  private async untilReady(child: ChildProcess): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    for (;;) {
      const failure = await this.options.probe().then(
        () => null,
        (error: unknown) => error,
      );
      if (failure === null) return;
      if (!isRunning(child) || Date.now() > deadline) {
        await this.kill();
        throw new Error(`${this.options.command} did not start: ${this.output}`, { cause: failure });
      }
      await delay(20);
    }
  }
}

function isRunning(child: ChildProcess): boolean {
  return child.pid !== undefined && child.exitCode === null && child.signalCode === null;
}

/** A running server must not keep a jest worker alive; the guardian ends it. (Pipes are sockets without that type.) */
function unref(handle: object | null): void {
  (handle as { unref?: () => void } | null)?.unref?.();
}
