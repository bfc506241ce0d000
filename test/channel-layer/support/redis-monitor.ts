import { Redis } from 'ioredis';

/** The commands that clients send to a Redis, from its MONITOR. */
export class RedisMonitor {
  private readonly commands: (readonly string[])[] = [];
  private check: () => void = () => undefined;

  private constructor(
    private readonly control: Redis,
    private readonly monitor: Redis,
  ) {
    this.monitor.on('monitor', (_time: string, command: string[]) => {
      this.commands.push(command);
      this.check();
    });
  }

  static async start(url: string): Promise<RedisMonitor> {
    const control = new Redis(url);
    return new RedisMonitor(control, await control.monitor());
  }

  /** Every command with these names so far, in order. */
  async seen(...names: readonly string[]): Promise<(readonly string[])[]> {
    const mark = `mark ${this.commands.length}`;
    await this.control.echo(mark);
    await this.until((commands) => commands.some((command) => command[1] === mark));
    return this.of(names);
  }

  /** Waits for that many commands of a name. */
  async sees(count: number, name: string): Promise<(readonly string[])[]> {
    await this.until(() => this.of([name]).length >= count);
    return this.of([name]);
  }

  stop(): void {
    this.monitor.disconnect();
    this.control.disconnect();
  }

  private of(names: readonly string[]): (readonly string[])[] {
    return this.commands.filter(([name = '']) => names.includes(name.toUpperCase()));
  }

  private async until(isSo: (commands: readonly (readonly string[])[]) => boolean): Promise<void> {
    await new Promise<void>((resolve) => {
      this.check = () => {
        if (isSo(this.commands)) resolve();
      };
      this.check();
    });
  }
}
