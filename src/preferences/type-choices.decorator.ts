import { ValidateBy } from 'class-validator';
import { isJsonObject } from '../exact-json/json-object.js';
import { NOTIFICATION_CHANNELS, NOTIFICATION_TYPE_NAME } from '../notification-types/types/notification-type.js';

const MOST_TYPES = 200;

/** Validates `{type: {channels: [...]}}`. */
export function IsTypeChoices(): PropertyDecorator {
  return ValidateBy({
    name: 'isTypeChoices',
    validator: {
      validate: (value: unknown) => choicesProblem(value) === null,
      defaultMessage: (given) => `$property ${choicesProblem(given?.value) ?? ''}`,
    },
  });
}

function choicesProblem(value: unknown): string | null {
  if (!isJsonObject(value)) return 'must be an object: {"general": {"channels": ["websocket"]}}';
  const entries = Object.entries(value);
  if (entries.length > MOST_TYPES) return `must not name more than ${MOST_TYPES} types`;
  for (const [name, choice] of entries) {
    if (!NOTIFICATION_TYPE_NAME.test(name))
      return 'must be named by types: 1 to 64 of the characters a-z, 0-9, _, . and -';
    const { channels } = isJsonObject(choice) ? choice : {};
    if (!Array.isArray(channels) || !channels.every(isChannel)) {
      return `must have a list of channels for ${name}, out of ${NOTIFICATION_CHANNELS.join(', ')}`;
    }
  }
  return null;
}

function isChannel(value: unknown): boolean {
  return NOTIFICATION_CHANNELS.some((channel) => channel === value);
}
