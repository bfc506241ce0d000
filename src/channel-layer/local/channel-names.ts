import { randomBytes } from 'node:crypto';
import { InvalidName } from '../interface/errors.js';
import { requireChannelName } from '../interface/names.js';

const DEFAULT_PREFIX = 'specific';

/** Makes channel names that belong to one layer of one process: `prefix.process!random`. */
export class ChannelNames {
  private readonly process = randomBytes(10).toString('hex');
  /** What the names made with the default prefix have in common, up to and including `!`. */
  readonly default: string;
  private groups = 0;

  /** @param namespace put before every name, for backends whose channel names carry no prefix of their own. */
  constructor(private readonly namespace = '') {
    this.default = `${namespace}${DEFAULT_PREFIX}.${this.process}!`;
  }

  /** Throws InvalidName when the prefix is no name, or too long a one. */
  create(prefix = DEFAULT_PREFIX): string {
    const name = `${this.namespace}${prefix}.${this.process}!${randomBytes(12).toString('hex')}`;
    requireChannelName(name);
    return name;
  }

  /** A channel that stands for a group on this node. */
  createForGroup(): string {
    this.groups++;
    return `${this.default}group.${this.groups.toString(36)}`;
  }

  /** Whether a channel stands, or stood, for a group on this node. */
  isForGroup(channel: string): boolean {
    return channel.startsWith(`${this.default}group.`);
  }

  /** Whether a channel was made here. */
  owns(channel: string): boolean {
    const mark = channel.indexOf('!');
    return mark > 0 && channel.slice(0, mark).endsWith(`.${this.process}`);
  }

  /** Throws InvalidName for a channel that another process reads. */
  requireReadable(channel: string): void {
    if (channel.includes('!') && !this.owns(channel)) throw new InvalidName(`${channel} is another process's channel`);
  }
}
