import { beforeEach, describe, expect, it } from '@jest/globals';
import { from } from 'rxjs';
import { loadSettings } from '../../config/load-settings.js';
import { toServiceError } from '../../errors/error/to-service-error.js';
import { Inbox } from './inbox.js';

type Parameters = ConstructorParameters<typeof Inbox>;

const ENVIRONMENT = { NODE_ENV: 'test', DATABASE_URL: 'pglite://memory', MESSAGE_RATE: '100', MESSAGE_BURST: '200' };

/** A connection to a gateway that handles `work`. Each message is handled until the test completes it. */
class TestConnection {
  isOpen = true;
  /** The handled, answered and rejected messages, in order. */
  readonly log: string[] = [];
  readonly webSocket = {
    isPaused: false,
    pause: (): void => void (this.webSocket.isPaused = true),
    resume: (): void => void (this.webSocket.isPaused = false),
  };
  readonly gateway = {
    instance: {},
    handlersFor: () => ({
      handlers: new Map([['work', { callback: ({ n }: { n: number }) => this.work(n) }]]),
      transform: (answer: Promise<unknown>) => from(answer),
    }),
  };
  private readonly atWork: (() => void)[] = [];

  finishOne(): void {
    this.atWork.shift()?.();
  }

  beginRequest = (): void => undefined;
  endRequest = (): void => undefined;
  answer = ({ type }: { type: string }): void => void this.log.push(type);
  send = ({ type, code }: { type: string; code?: string }): void => void this.log.push(`${type} ${code ?? ''}`);
  fail = (error: unknown): void => void this.log.push(`error ${toServiceError(error).code}`);

  close({ code }: { code: number }): void {
    this.isOpen = false;
    this.log.push(`close ${code}`);
  }

  private async work(n: number): Promise<object> {
    this.log.push(`begin ${n}`);
    await new Promise<void>((resolve) => this.atWork.push(resolve));
    return { type: `done ${n}` };
  }
}

/** Waits until all callbacks that are already due have run. */
const turn = (): Promise<void> => new Promise((resolve) => setImmediate(resolve));

describe('the inbox of a socket', () => {
  let connection: TestConnection;
  let inbox: Inbox;
  const open = (environment: object = {}): void => {
    connection = new TestConnection();
    const settings = loadSettings({ ...ENVIRONMENT, ...environment });
    inbox = new Inbox(connection as unknown as Parameters[0], {} as Parameters[1], settings);
  };
  const receive = (message: unknown): void => {
    inbox.receive(Buffer.from(typeof message === 'string' ? message : JSON.stringify(message)), false);
  };
  beforeEach(() => open());

  it('handles no message before the handshake is complete', async () => {
    receive({ type: 'work', n: 1 });
    await turn();
    expect(connection.log).toEqual([]);
    inbox.start();
    await turn();
    expect(connection.log).toEqual(['begin 1']);
  });

  it('handles one message after the other', async () => {
    inbox.start();
    for (const n of [1, 2]) receive({ type: 'work', n });
    await turn();
    expect(connection.log).toEqual(['begin 1']);
    connection.finishOne();
    await turn();
    connection.finishOne();
    await inbox.idle();
    expect(connection.log).toEqual(['begin 1', 'done 1', 'begin 2', 'done 2']);
  });

  it('answers an invalid message in its turn, and handles the next one', async () => {
    inbox.start();
    receive({ type: 'work', n: 1 });
    receive('{');
    receive({ type: 'unheard_of' });
    inbox.receive(Buffer.from([1]), true);
    receive({ type: 'ping' });
    await turn();
    connection.finishOne();
    await inbox.idle();
    const errors = ['error invalid_json', 'error unknown_type', 'error invalid_message'];
    expect(connection.log).toEqual(['begin 1', 'done 1', ...errors, 'pong']);
  });

  it('pauses reading while 32 messages wait, until all are handled', async () => {
    inbox.start();
    for (let n = 0; n <= 32; n += 1) receive({ type: 'work', n });
    expect(connection.webSocket.isPaused).toBe(true);
    for (let n = 0; n <= 32; n += 1) {
      await turn();
      connection.finishOne();
    }
    await inbox.idle();
    expect(connection.log.filter((line) => line.startsWith('done'))).toHaveLength(33);
    expect(connection.webSocket.isPaused).toBe(false);
  });

  it('rejects messages beyond the rate, and closes the socket if more arrive', () => {
    open({ MESSAGE_RATE: '1', MESSAGE_BURST: '2' });
    for (let n = 0; n < 10; n += 1) receive({ type: 'ping' });
    expect(connection.log[0]).toBe('error rate_limited');
    expect(connection.log).toContainEqual(expect.stringMatching(/^close \d+$/));
  });

  it('handles no more messages once the socket is closed', async () => {
    inbox.start();
    for (const n of [1, 2]) receive({ type: 'work', n });
    await turn();
    connection.isOpen = false;
    connection.finishOne();
    await inbox.idle();
    expect(connection.log).not.toContain('begin 2');
  });
});
