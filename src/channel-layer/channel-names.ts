import { randomBytes } from 'node:crypto';
import { requireChannelName } from './names.js';

const DEFAULT_PREFIX = 'specific';

/** Makes channel names that belong to one layer of one process: `prefix.process!random`. */
export class ChannelNames {
  readonly process = randomBytes(10).toString('hex');

  /** @param namespace put before every name, for backends whose channel names carry no prefix of their own. */
  constructor(private readonly namespace = '') {}

  /** Throws InvalidName when the prefix is no name, or too long a one. */
  create(prefix = DEFAULT_PREFIX): string {
    const name = `${this.namespace}${prefix}.${this.process}!${randomBytes(12).toString('hex')}`;
    requireChannelName(name);
    return name;
  }

  /** Whether a channel was made here. */
  owns(channel: string): boolean {
    const mark = channel.indexOf('!');
    return mark > 0 && channel.slice(0, mark).endsWith(`.${this.process}`);
  }
}
