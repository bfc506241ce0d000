import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { createInterface } from 'node:readline';
import { fileURLToPath } from 'node:url';
import type { Message } from '../../../src/channel-layer/interface/message.js';
import { requireProgram } from '../../support/programs/test-program.js';
import { PYTHON, TEST_PROGRAMS } from '../../support/programs/test-programs.js';
import { messageFromTagged, toTagged } from './tagged.js';
import type { Tagged } from './tagged.js';

const SCRIPT = fileURLToPath(new URL('peer.py', import.meta.url));

export interface PeerOptions {
  readonly url: string;
  readonly wire: 'pubsub' | 'core';
  readonly prefix: string;
  readonly capacity?: number;
  readonly keys?: readonly string[];
}

interface Answer {
  readonly id: number;
  readonly answer?: Tagged;
  readonly error?: string;
}

interface Pending {
  readonly resolve: (answer: Tagged) => void;
  readonly reject: (error: Error) => void;
}

/** A channel layer of channels_redis in a separate process. */
export class PythonPeer {
  private readonly pending = new Map<number, Pending>();
  private requests = 0;

  private constructor(private readonly child: ChildProcess) {
    if (child.stdout) createInterface({ input: child.stdout }).on('line', (line) => this.onLine(line));
    child.once('exit', () => {
      for (const { reject } of this.pending.values()) reject(new Error('the Python process has ended'));
    });
  }

  static start({ url, wire, prefix, capacity = 100, keys = [] }: PeerOptions): PythonPeer {
    requireProgram(TEST_PROGRAMS.django);
    const args = [SCRIPT, url, wire, prefix, String(capacity), ...keys];
    return new PythonPeer(spawn(PYTHON, args, { stdio: ['pipe', 'pipe', 'inherit'] }));
  }

  async newChannel(): Promise<string> {
    return (await this.ask({ do: 'new_channel' })) as string;
  }

  async receive(channel: string): Promise<Message> {
    return messageFromTagged(await this.ask({ do: 'receive', channel }));
  }

  async send(channel: string, message: Message): Promise<void> {
    await this.ask({ do: 'send', channel, message: toTagged(message) });
  }

  async groupSend(group: string, message: Message): Promise<void> {
    await this.ask({ do: 'group_send', group, message: toTagged(message) });
  }

  /** Sends that many messages to a group one after the other, numbered by a member `i`. */
  async burst(group: string, message: Message, count: number): Promise<void> {
    await this.ask({ do: 'burst', group, message: toTagged(message), count });
  }

  async groupAdd(group: string, channel: string): Promise<void> {
    await this.ask({ do: 'group_add', group, channel });
  }

  async groupDiscard(group: string, channel: string): Promise<void> {
    await this.ask({ do: 'group_discard', group, channel });
  }

  async stop(): Promise<void> {
    if (this.child.exitCode !== null) return;
    const exit = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await exit;
  }

  private ask(request: Record<string, Tagged>): Promise<Tagged> {
    const id = ++this.requests;
    return new Promise((resolve, reject) => {
      this.pending.set(id, { resolve, reject });
      this.child.stdin?.write(`${JSON.stringify({ id, ...request })}\n`);
    });
  }

  private onLine(line: string): void {
    const { id, answer, error } = JSON.parse(line) as Answer;
    const pending = this.pending.get(id);
    this.pending.delete(id);
    if (error === undefined) pending?.resolve(answer ?? null);
    else pending?.reject(new Error(error));
  }
}
