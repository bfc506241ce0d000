import { isJsonObject } from '../../exact-json/json-object.js';
import type { JsonObject } from '../../exact-json/json-object.js';
import {
  ESCALATION_CHANNELS,
  LONGEST_ESCALATION_SECONDS,
  MOST_ESCALATION_STEPS,
  NOTIFICATION_CHANNELS,
  NOTIFICATION_TYPE_NAME,
  NOTIFICATION_TYPE_NAME_RULE,
  QUIET_HOURS_RULES,
} from './notification-type.js';
import type { EscalationStep, NotificationChannel, NotificationType, QuietHoursRule } from './notification-type.js';
import { readTemplates } from '../templates/template-reader.js';
import type { Problem } from '../templates/template-reader.js';
import { mergedTemplates } from '../templates/type-templates.js';

type Types = ReadonlyMap<string, NotificationType>;
type Found = Partial<{ -readonly [K in keyof NotificationType]: NotificationType[K] }>;

/**
 * Reads one member of a type. If the value is invalid, the member is undefined and the reason is added to `problems`.
 */
const MEMBERS: Readonly<Record<string, (value: unknown, path: readonly string[], problems: Problem[]) => Found>> = {
  channels: (value, path, problems) => ({ channels: channelsOf(value, path, problems) }),
  urgent: (value, path, problems) => ({ urgent: urgentOf(value, path, problems) }),
  quiet_hours: (value, path, problems) => ({ quietHours: quietHoursOf(value, path, problems) }),
  escalate: (value, path, problems) => ({ escalate: escalationOf(value, path, problems) }),
  templates: (value, path, problems) => ({ templates: readTemplates(value, path, problems) }),
};

/**
 * Reads `{types: {name: {channels, urgent, quiet_hours, escalate, templates}}}` and applies it to `base`. Given members
 * replace those of a known type; a new type takes missing members from `general`. Adds problems to `problems`.
 */
export function readTypes(value: unknown, base: Types, problems: Problem[]): Types {
  const types = new Map(base);
  if (!isJsonObject(value) || !isJsonObject(value.types) || Object.keys(value).length > 1) {
    problems.push({ path: [], detail: 'must be an object with a single member "types", which is an object' });
    return types;
  }
  for (const [name, entry] of Object.entries(value.types)) {
    const path = ['types', name];
    if (!NOTIFICATION_TYPE_NAME.test(name)) {
      problems.push({ path, detail: NOTIFICATION_TYPE_NAME_RULE });
    } else if (!isJsonObject(entry)) problems.push({ path, detail: 'must be an object' });
    else types.set(name, changed(types.get(name) ?? plainType(name, base), readMembers(entry, path, problems)));
  }
  return types;
}

function readMembers(entry: JsonObject, path: readonly string[], problems: Problem[]): Found {
  const found: Found = {};
  for (const [member, value] of Object.entries(entry)) {
    const read = Object.hasOwn(MEMBERS, member) ? MEMBERS[member] : undefined;
    const place = [...path, member];
    if (read) Object.assign(found, read(value, place, problems));
    else problems.push({ path: place, detail: `is not one of ${Object.keys(MEMBERS).join(', ')}` });
  }
  return found;
}

/** A type with the properties of `general`, for names that are not in the registry. */
export function plainType(name: string, types: Types): NotificationType {
  const general = types.get('general');
  if (!general) throw new Error('there is no type general');
  return { ...general, name, mandatory: false, templates: new Map() };
}

function changed(type: NotificationType, found: Found): NotificationType {
  return { ...type, ...found, templates: mergedTemplates(type.templates, found.templates ?? new Map()) };
}

function channelsOf(value: unknown, path: readonly string[], problems: Problem[]): NotificationChannel[] {
  if (Array.isArray(value) && value.every(isChannel)) return [...new Set(value)];
  problems.push({ path, detail: `must be a list of ${NOTIFICATION_CHANNELS.join(', ')}` });
  return [];
}

function urgentOf(value: unknown, path: readonly string[], problems: Problem[]): boolean {
  if (typeof value === 'boolean') return value;
  problems.push({ path, detail: 'must be true or false' });
  return false;
}

function quietHoursOf(value: unknown, path: readonly string[], problems: Problem[]): QuietHoursRule {
  const rule = QUIET_HOURS_RULES.find((known) => known === value);
  if (rule === undefined) problems.push({ path, detail: `must be one of ${QUIET_HOURS_RULES.join(', ')}` });
  return rule ?? 'delay';
}

function escalationOf(value: unknown, path: readonly string[], problems: Problem[]): EscalationStep[] {
  const steps: unknown[] = Array.isArray(value) ? value : [null];
  const read = steps.map((step) => (isJsonObject(step) ? stepOf(step) : null));
  if (read.length <= MOST_ESCALATION_STEPS && read.every((step) => step !== null)) {
    return read.sort((one, other) => one.afterSeconds - other.afterSeconds);
  }
  problems.push({
    path,
    detail:
      `must be a list of at most ${MOST_ESCALATION_STEPS} steps {"after_s": 1 to ${LONGEST_ESCALATION_SECONDS}, ` +
      `"channel": one of ${ESCALATION_CHANNELS.join(', ')}}`,
  });
  return [];
}

function stepOf({ after_s: after, channel }: JsonObject): EscalationStep | null {
  const known = ESCALATION_CHANNELS.find((each) => each === channel);
  if (typeof after !== 'number' || !Number.isInteger(after) || known === undefined) return null;
  return after >= 1 && after <= LONGEST_ESCALATION_SECONDS ? { afterSeconds: after, channel: known } : null;
}

function isChannel(value: unknown): value is NotificationChannel {
  return NOTIFICATION_CHANNELS.some((channel) => channel === value);
}
