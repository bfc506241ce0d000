import { BUILT_IN_TEXTS } from './built-in-texts.js';
import type { NotificationType } from './notification-type.js';
import { readTemplates } from '../templates/template-reader.js';
import type { Problem } from '../templates/template-reader.js';

type Declared = Omit<NotificationType, 'name' | 'templates'>;

/** Of these the ones that are on. */
const PLAIN: Declared = {
  channels: ['websocket', 'email', 'push'],
  urgent: false,
  mandatory: false,
  quietHours: 'delay',
  escalate: [],
};

/** The types this version knows by itself; NOTIFICATION_TYPES_FILE changes them and adds others. */
const DECLARED: Readonly<Record<string, Declared>> = {
  general: PLAIN,
  /** Not a type of notifications: the mail that gathers them. A settings file may give it other texts. */
  digest: { ...PLAIN, channels: ['email'] },
  /** Follow each other fast: nobody wants seven mails for one order. */
  order_update: { ...PLAIN, channels: ['websocket', 'push'] },
  /** A word on an order; worthless the next morning. */
  chat_message: { ...PLAIN, channels: ['websocket', 'push'], quietHours: 'drop' },
  /** A sign-in on a new device, a refresh token that was used twice. */
  security_alert: { ...PLAIN, urgent: true, mandatory: true },
};

/** All of them, compiled. */
export function builtInTypes(): ReadonlyMap<string, NotificationType> {
  const problems: Problem[] = [];
  const types = Object.entries(DECLARED).map(([name, declared]): [string, NotificationType] => {
    const templates = readTemplates(BUILT_IN_TEXTS[name] ?? {}, [name], problems);
    return [name, { ...declared, name, templates }];
  });
  const [first] = problems;
  if (first) throw new Error(`built-in template ${first.path.join('.')} ${first.detail}`);
  return new Map(types);
}
