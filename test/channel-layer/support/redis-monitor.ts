import { Redis } from 'ioredis';

/** What clients ask of a Redis, as its MONITOR tells. */
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

  /** Every command of these names up to now, in order. */
  async seen(...names: readonly string[]): Promise<(readonly string[])[]> {
    const mark = `mark ${this.commands.length}`;
    await this.control.echo(mark);
    await this.until((commands) => commands.some((command) => command[1] === mark));
    return this.of(names);
  }

  /** Waits for as many commands of a name. */
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
