import { setTimeout as wait } from 'node:timers/promises';
import type { Link } from './link.js';
import type { Stage } from '../stage.js';

/** The faults that the driver causes in the service and the proxies. Each is repaired before the next begins. */
export class Faults {
  readonly done = new Map<string, number>();
  /** The number of deployments that did not end with exit code 0. */
  readonly badExits: (number | null)[] = [];
  private readonly kinds: readonly (readonly [string, () => Promise<void>])[] = [
    ['node killed (SIGKILL)', () => this.killNode()],
    ['node deployed (SIGTERM)', () => this.deploy()],
    ['Redis killed, data kept', () => this.killRedis(false)],
    ['Redis killed, data lost', () => this.killRedis(true)],
    ['PostgreSQL stopped at once', () => this.killPostgres()],
    ['links reset', () => this.reset()],
    ['links cut for 2 s', () => this.disturb(2_000, (link) => link.cut())],
    ['links frozen for 3 s', () => this.disturb(3_000, (link) => link.freeze())],
    ['links frozen for 14 s (half-open)', () => this.disturb(14_000, (link) => link.freeze())],
  ];
  private turn = 0;

  constructor(
    private readonly stage: Stage,
    private readonly links: readonly Link[],
    private readonly random: () => number,
  ) {}

  /** Causes each kind of fault once, in random order, and repeats this until the time is over. */
  async run(until: number): Promise<void> {
    let left: (readonly [string, () => Promise<void>])[] = [];
    while (Date.now() < until) {
      if (left.length === 0) left = [...this.kinds];
      const [kind] = left.splice(Math.floor(this.random() * left.length), 1);
      if (!kind) continue;
      const [name, act] = kind;
      this.done.set(name, (this.done.get(name) ?? 0) + 1);
      process.stdout.write(`${new Date().toISOString()} ${name}\n`);
      await act();
      await wait(500 + this.random() * 1_000);
    }
  }

  private get nextNode(): number {
    return (this.turn += 1) % this.stage.nodes.length;
  }

  private async killNode(): Promise<void> {
    const index = this.nextNode;
    await this.stage.endNode(index, (node) => node.kill());
    await this.stage.startNode(index);
  }

  private async deploy(): Promise<void> {
    const index = this.nextNode;
    const code = await this.stage.endNode(index, (node) => node.stop());
    if (code !== 0) this.badExits.push(code);
    await this.stage.startNode(index);
  }

  private async killRedis(empty: boolean): Promise<void> {
    await this.stage.redis.kill();
    await wait(this.random() * 3_000);
    await this.stage.redis.restart({ empty });
  }

  private async killPostgres(): Promise<void> {
    await this.stage.postgres.kill();
    await wait(this.random() * 3_000);
    await this.stage.postgres.restart();
  }

  private async disturb(ms: number, how: (link: Link) => void): Promise<void> {
    const some = this.links.filter((_, index) => index % 2 === this.turn % 2);
    this.turn += 1;
    for (const link of some) how(link);
    await wait(ms);
    for (const link of some) link.mend();
  }

  private async reset(): Promise<void> {
    for (const link of this.links) {
      link.reset();
      await wait(50);
    }
  }
}
