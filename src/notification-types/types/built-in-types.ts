import { ORDER_UPDATE_DEFAULTS } from './built-in-order-texts.js';
import { BUILT_IN_TEXTS } from './built-in-texts.js';
import type { NotificationType } from './notification-type.js';
import { readTemplates } from '../templates/template-reader.js';
import type { Problem } from '../templates/template-reader.js';

type Declared = Omit<NotificationType, 'name' | 'templates'>;

/** Only the enabled ones of these channels are used. */
const PLAIN: Declared = {
  channels: ['websocket', 'email', 'push'],
  urgent: false,
  mandatory: false,
  quietHours: 'delay',
  escalate: [],
};

/** The built-in types. NOTIFICATION_TYPES_FILE can change them and add others. */
const DECLARED: Readonly<Record<string, Declared>> = {
  general: PLAIN,
  /** Not a type of notifications, but the texts of digest e-mails. A settings file can replace them. */
  digest: { ...PLAIN, channels: ['email'] },
  /** No e-mail by default, because several of these notifications follow in quick succession. */
  order_update: { ...PLAIN, channels: ['websocket', 'push'], defaults: ORDER_UPDATE_DEFAULTS },
  /** Urgent and never late: an offer expires within seconds, and only partners on duty get it. */
  order_offer: { ...PLAIN, channels: ['websocket', 'push'], urgent: true },
  /** Dropped during quiet hours, because a chat message is of no use the next morning. */
  chat_message: { ...PLAIN, channels: ['websocket', 'push'], quietHours: 'drop' },
  /** A call on an order that was not answered. */
  missed_call: { ...PLAIN, channels: ['websocket', 'push'], quietHours: 'drop' },
  /** A sign-in on a new device, or a reused refresh token. */
  security_alert: { ...PLAIN, urgent: true, mandatory: true },
};

/** All built-in types, compiled. */
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
