import { spawn } from 'node:child_process';
import type { ChildProcessWithoutNullStreams } from 'node:child_process';
import { createInterface } from 'node:readline';
import { Mailbox } from './mailbox.js';

/** A shell that is typed into, as a reader of the documentation would; what it and its background jobs print is read. */
export class Terminal {
  private readonly shell: ChildProcessWithoutNullStreams;
  private readonly lines = new Mailbox<string>();

  constructor(folder: string) {
    // Without a real terminal the shell and all it starts are one process group, made here, to be interrupted and ended as one.
    this.shell = spawn('bash', ['--noprofile', '--norc'], { cwd: folder, detached: true, stdio: 'pipe' });
    // As at a real terminal, where the shell outlives what Ctrl-C ends.
    this.type('trap : INT');
    createInterface(this.shell.stdout).on('line', (line) => {
      if (line !== '') this.lines.put(line);
    });
    // Jobs that are killed are reported there; a command that fails shows in what is not printed.
    this.shell.stderr.resume();
    this.shell.on('exit', () => {
      this.lines.end('the shell ended');
    });
  }

  type(text: string): void {
    this.shell.stdin.write(`${text}\n`);
  }

  /** The next lines that are not empty, as many as are expected. */
  async read(count: number, what: string): Promise<string[]> {
    const lines: string[] = [];
    while (lines.length < count) lines.push(await this.lines.take(what));
    return lines;
  }

  /** What was printed and not read. */
  unread(): readonly string[] {
    return this.lines.unread();
  }

  /** Ctrl-C: ends what runs in the foreground; the shell goes on. */
  interrupt(): void {
    this.signal('SIGINT');
  }

  /** Ends the shell and what it left running. */
  end(): void {
    this.signal('SIGKILL');
  }

  private signal(signal: NodeJS.Signals): void {
    if (this.shell.pid !== undefined && this.shell.exitCode === null) process.kill(-this.shell.pid, signal);
  }
}
