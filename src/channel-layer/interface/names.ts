import { InvalidName } from './errors.js';

/** Names must be shorter than this, as in the Channels specification. */
export const MAX_NAME_LENGTH = 100;

const GROUP_NAME = /^[a-zA-Z\d\-_.]+$/;
const CHANNEL_NAME = /^[a-zA-Z\d\-_.]+(![a-zA-Z\d\-_.]*)?$/;
const RULE = `must have 1 to ${MAX_NAME_LENGTH - 1} ASCII letters, digits, hyphens, underscores or periods`;

/** Throws InvalidName unless `name` is a valid group name. */
export function requireGroupName(name: string): void {
  if (!fits(name, GROUP_NAME)) throw new InvalidName(`A group name ${RULE}, not ${shown(name)}`);
}

/** Throws InvalidName unless `name` is a valid channel name. One `!` may separate the name of a process from the local part. */
export function requireChannelName(name: string): void {
  if (!fits(name, CHANNEL_NAME))
    throw new InvalidName(`A channel name ${RULE} and at most one "!", not ${shown(name)}`);
}

/** The part of a channel name that the backend sees: up to and including `!`, or the whole name. */
export function nonLocalName(channel: string): string {
  const mark = channel.indexOf('!');
  return mark < 0 ? channel : channel.slice(0, mark + 1);
}

function fits(name: unknown, rule: RegExp): boolean {
  return typeof name === 'string' && name.length < MAX_NAME_LENGTH && rule.test(name);
}

/** Names may come from clients, so they are quoted and cut before they reach a log. */
function shown(name: unknown): string {
  return JSON.stringify(String(name)).slice(0, MAX_NAME_LENGTH + 2);
}
