import { randomBytes } from 'node:crypto';
import { InvalidName } from '../interface/errors.js';
import { requireChannelName } from '../interface/names.js';

const DEFAULT_PREFIX = 'specific';

/** Creates channel names that belong to one layer of one process: `prefix.process!random`. */
export class ChannelNames {
  private readonly process = randomBytes(10).toString('hex');
  /** The common part of names with the default prefix, up to and including `!`. */
  readonly default: string;
  private groups = 0;

  /** @param namespace precedes every name, for backends whose channel names have no prefix of their own. */
  constructor(private readonly namespace = '') {
    this.default = `${namespace}${DEFAULT_PREFIX}.${this.process}!`;
  }

  /** Throws InvalidName if the prefix is invalid or too long. */
  create(prefix = DEFAULT_PREFIX): string {
    const name = `${this.namespace}${prefix}.${this.process}!${randomBytes(12).toString('hex')}`;
    requireChannelName(name);
    return name;
  }

  /** Creates a channel that represents a group on this node. */
  createForGroup(): string {
    this.groups++;
    return `${this.default}group.${this.groups.toString(36)}`;
  }

  /** Whether a channel represents, or represented, a group on this node. */
  isForGroup(channel: string): boolean {
    return channel.startsWith(`${this.default}group.`);
  }

  /** Whether a channel was created here. */
  owns(channel: string): boolean {
    const mark = channel.indexOf('!');
    return mark > 0 && channel.slice(0, mark).endsWith(`.${this.process}`);
  }

  /** Throws InvalidName if the channel belongs to another process. */
  requireReadable(channel: string): void {
    if (channel.includes('!') && !this.owns(channel))
      throw new InvalidName(`${channel} is a channel of another process`);
  }
}
