import type { FieldError } from '../../errors/error/service-error.js';
import { unlinked } from '../../text/unlinked-text.js';
import { emailHtml } from './email-html.js';
import { singleLine } from '../../text/single-line.js';
import type { MessageTemplate, Reader, TemplateValues } from '../templates/message-template.js';
import { MAX_TITLE_LENGTH } from '../types/notification-type.js';
import type { NotificationChannel, NotificationType } from '../types/notification-type.js';
import type { NotificationTypes } from '../types/notification-types.js';
import { TemplateError } from '../templates/template-error.js';
import { findTemplate, inLanguageOf, TEMPLATE_PARTS } from '../templates/type-templates.js';
import type { TemplatePart } from '../templates/type-templates.js';

/** Title and message of a notification. */
export interface Wording {
  readonly title: string;
  readonly message: string;
}

/** The reader that a text is rendered for. */
export interface NamedReader extends Reader {
  /** Empty if unknown. */
  readonly name: string;
}

/** A notification as available to templates. Members of `data` are variables, unless a predefined variable has the same name. */
export interface NotificationFacts extends Wording {
  readonly data: TemplateValues;
  readonly createdAt: Date;
  /** The link that unsubscribes from this type on this channel with one click. Null or absent: no such link. */
  readonly unsubscribeUrl?: string | null;
}

/** A notification as rendered for one channel. */
export interface ChannelText {
  /** A single line. The subject, in the case of e-mail. */
  readonly title: string;
  readonly text: string;
  /** A complete HTML document for e-mail, null for other channels. */
  readonly html: string | null;
}

/** The flag `u` keeps surrogate pairs intact. */
const WHOLE_CHARACTERS = new RegExp(`^.{0,${MAX_TITLE_LENGTH}}`, 'su');

/** Renders notifications with the templates of their types, in the reader's language and time zone. */
export class NotificationTexts {
  constructor(
    private readonly types: NotificationTypes,
    readonly defaultLanguage: string,
  ) {}

  /**
   * Title and message of a notification: those given, else rendered by the templates of its type. Throws TemplateError
   * unless `problems` found no problem, or the type is built in and `data` matches its built-in templates.
   */
  wording(type: NotificationType, given: Partial<Wording>, data: TemplateValues, reader: NamedReader): Wording {
    const values = { ...type.defaults, ...data, ...readerValues(reader) };
    const own = (part: 'title' | 'message'): string => given[part] ?? this.worded(part, type, values, reader);
    return { title: shortened(singleLine(own('title'))), message: own('message') };
  }

  /** Renders a notification for a channel. Uses the template of `general` if `data` does not match the type's own template. */
  onChannel(
    channel: NotificationChannel,
    type: NotificationType,
    facts: NotificationFacts,
    reader: NamedReader,
  ): ChannelText {
    const values = { ...type.defaults, ...valuesOf(facts, reader) };
    const put = (part: TemplatePart): string => this.put(part, type, values, reader) ?? '';
    switch (channel) {
      case 'websocket':
        return { title: facts.title, text: facts.message, html: null };
      case 'sms':
        return { title: facts.title, text: put('sms.text'), html: null };
      case 'push':
        return { title: singleLine(put('push.title')), text: put('push.text'), html: null };
      case 'email': {
        const [title, text] = [singleLine(put('email.subject')), put('email.text')];
        const body = this.put('email.html', type, values, reader);
        return { title, text, html: emailHtml({ title, text, body, language: this.languageOf(type, reader) }) };
      }
    }
  }

  /** Renders one e-mail with several notifications, in the order given. `unsubscribeUrl`: ends e-mail for all their types. */
  digest(
    items: readonly Omit<NotificationFacts, 'data'>[],
    reader: NamedReader,
    unsubscribeUrl: string | null,
  ): ChannelText {
    const type = this.types.digest;
    const put = (part: TemplatePart, values: TemplateValues): string => this.put(part, type, values, reader) ?? '';
    const texts = items.map((item) => put('message', valuesOf({ ...item, data: {} }, reader)));
    const values = {
      ...readerValues(reader),
      ...unsubscribeValues(unsubscribeUrl),
      count: items.length,
      items: texts.join('\n\n'),
    };
    const [title, text] = [singleLine(put('email.subject', values)), put('email.text', values)];
    return { title, text, html: emailHtml({ title, text, body: null, language: this.languageOf(type, reader) }) };
  }

  /** Members that a request lacks for the templates of its type, in any language: recipients may use any of them. */
  problems(type: NotificationType, given: Partial<Wording>, data: TemplateValues): FieldError[] {
    const lacking = (['title', 'message'] as const).filter((part) => given[part] === undefined);
    const missing = lacking.filter((part) => ![...type.templates.values()].some((parts) => parts.has(part)));
    const errors = missing.map((part) => ({
      pointer: `#/${part}`,
      detail: `is required, because the type ${type.name} has no text for it`,
    }));
    return [...errors, ...dataProblems(this.usedBy(type, lacking), { ...type.defaults, ...data })];
  }

  /** Uses the built-in template if `data` does not match the template in the settings file: a text must not make an order fail. */
  private worded(part: TemplatePart, type: NotificationType, values: TemplateValues, reader: Reader): string {
    try {
      return this.own(type, part, reader)?.render(values, reader) ?? '';
    } catch (error) {
      const original = this.types.original(type.name);
      const builtIn = original && this.own(original, part, reader);
      if (!(error instanceof TemplateError) || !builtIn) throw error;
      return builtIn.render(values, reader);
    }
  }

  private put(part: TemplatePart, type: NotificationType, values: TemplateValues, reader: Reader): string | null {
    const general = this.own(this.types.get('general'), part, reader);
    const own = this.own(type, part, reader);
    try {
      return (own ?? general)?.render(values, reader) ?? null;
    } catch (error) {
      if (!(error instanceof TemplateError) || own === null) throw error;
      return general?.render(values, reader) ?? null;
    }
  }

  private usedBy(type: NotificationType, lacking: readonly TemplatePart[]): MessageTemplate[] {
    const used = TEMPLATE_PARTS.filter((part) => part.includes('.') || lacking.includes(part));
    return [...type.templates.values()].flatMap((parts) => used.flatMap((part) => parts.get(part) ?? []));
  }

  private languageOf(type: NotificationType, reader: Reader): string {
    return this.find(type, 'email.text', reader)?.language ?? this.defaultLanguage;
  }

  /** `title` and `message` are required, so they fall back to other languages. The other parts are optional and do not. */
  private own(type: NotificationType, part: TemplatePart, { language }: Reader): MessageTemplate | null {
    const isNeeded = part === 'title' || part === 'message';
    const templates = isNeeded ? type.templates : inLanguageOf(type.templates, language);
    return findTemplate(templates, part, language, this.defaultLanguage);
  }

  private find(type: NotificationType, part: TemplatePart, reader: Reader): MessageTemplate | null {
    return this.own(type, part, reader) ?? this.own(this.types.get('general'), part, reader);
  }
}

/** Predefined variables of templates, in addition to the members of `data`. */
const OWN_NAMES = new Set([
  'user_name',
  'has_user_name',
  'title',
  'message',
  'created_at',
  'unsubscribe_url',
  'has_unsubscribe_url',
]);

function readerValues({ name }: NamedReader): TemplateValues {
  return { user_name: unlinked(singleLine(name)), has_user_name: name === '' ? 'no' : 'yes' };
}

function valuesOf(
  { title, message, data, createdAt, unsubscribeUrl }: NotificationFacts,
  reader: NamedReader,
): TemplateValues {
  return {
    ...data,
    ...readerValues(reader),
    title,
    message,
    created_at: createdAt,
    ...unsubscribeValues(unsubscribeUrl ?? null),
  };
}

function unsubscribeValues(url: string | null): TemplateValues {
  return { unsubscribe_url: url ?? '', has_unsubscribe_url: url === null ? 'no' : 'yes' };
}

function dataProblems(templates: readonly MessageTemplate[], data: TemplateValues): FieldError[] {
  const found = new Map<string, string>();
  for (const template of templates) {
    for (const name of template.kinds.keys()) {
      const value = Object.hasOwn(data, name) ? data[name] : undefined;
      const problem = OWN_NAMES.has(name) ? null : template.problemWith(name, value);
      if (problem !== null) found.set(name, problem);
    }
  }
  return [...found].map(([name, detail]) => ({ pointer: `#/data/${encodeURIComponent(name)}`, detail }));
}

/** Applies the length limit of titles in REST requests to rendered titles. */
function shortened(title: string): string {
  const [start = ''] = WHOLE_CHARACTERS.exec(title) ?? [];
  return start === title ? title : `${start.replace(/.$/u, '')}…`;
}
