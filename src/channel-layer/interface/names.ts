import { InvalidName } from './errors.js';

/** Names are shorter than this, as the Channels specification has it. */
export const MAX_NAME_LENGTH = 100;

const GROUP_NAME = /^[a-zA-Z\d\-_.]+$/;
const CHANNEL_NAME = /^[a-zA-Z\d\-_.]+(![a-zA-Z\d\-_.]*)?$/;
const RULE = `must have 1 to ${MAX_NAME_LENGTH - 1} ASCII letters, digits, hyphens, underscores or periods`;

/** Throws InvalidName unless `name` may be a group's. */
export function requireGroupName(name: string): void {
  if (!fits(name, GROUP_NAME)) throw new InvalidName(`A group name ${RULE}, not ${shown(name)}`);
}

/** Throws InvalidName unless `name` may be a channel's; one `!` may part a process's name from the local rest. */
export function requireChannelName(name: string): void {
  if (!fits(name, CHANNEL_NAME))
    throw new InvalidName(`A channel name ${RULE} and at most one "!", not ${shown(name)}`);
}

/** The part of a channel name that the backend knows: up to and including `!`, or all of it. */
export function nonLocalName(channel: string): string {
  const mark = channel.indexOf('!');
  return mark < 0 ? channel : channel.slice(0, mark + 1);
}

function fits(name: unknown, rule: RegExp): boolean {
  return typeof name === 'string' && name.length < MAX_NAME_LENGTH && rule.test(name);
}

/** Names may come from strangers: quoted and cut, they can do no harm in a log. */
function shown(name: unknown): string {
  return JSON.stringify(String(name)).slice(0, MAX_NAME_LENGTH + 2);
}
