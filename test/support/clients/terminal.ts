import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Mailbox } from './mailbox.js';

/**
 * A shell that is used like by a reader of the documentation. The output of the shell and its background jobs is read.
 */
export class Terminal {
  private readonly shell: ChildProcessWithoutNullStreams;
  private readonly lines = new Mailbox<string>();

  constructor(folder: string) {
    // Without a real terminal, the shell and its children are one process group, which is created here so that it can
    // be interrupted and ended as a whole.
    this.shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, detached: true, stdio: 'pipe' });
    // As in a real terminal, the shell continues after Ctrl-C.
    this.type('trap : INT');
    createInterface(this.shell.stdout).on('line', (line) => {
      if (line !== '') this.lines.put(line);
    });
    // The shell reports killed jobs on stderr. A failed command is noticed by its missing output.
    this.shell.stderr.resume();
    this.shell.on('exit', () => {
      this.lines.end('the shell ended');
    });
  }

  type(text: string): void {
    this.shell.stdin.write(`${text}\n`);
  }

  /** Reads that many lines, without empty ones. */
  async read(count: number, what: string): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.lines.take(what));
    return lines;
  }

  /** The output that was not read. */
  unread(): readonly string[] {
    return this.lines.unread();
  }

  /** Ctrl-C: ends the foreground command; the shell continues. */
  interrupt(): void {
    this.signal('SIGINT');
  }

  /** Ends the shell and everything that it left running. */
  end(): void {
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.shell.pid !== undefined && this.shell.exitCode === null) process.kill(-this.shell.pid, signal);
  }
}
