import { isJsonObject } from '../../exact-json/json-object.js';
import { languageTag } from '../../locale/language.js';
import { MessageTemplate } from './message-template.js';
import { TemplateError } from './template-error.js';
import { TEMPLATE_PARTS } from './type-templates.js';
import type { LanguageTemplates, TemplatePart, TypeTemplates } from './type-templates.js';

/** A problem in a description of types, and its location. */
export interface Problem {
  readonly path: readonly string[];
  readonly detail: string;
}

/** Maximum length of a template in characters. */
const LONGEST = 20_000;

/**
 * Reads `{de: {title, message, email: {subject, text, html}, sms: {text}, push: {title, text}}}`. Adds problems to
 * `problems`.
 */
export function readTemplates(value: unknown, path: readonly string[], problems: Problem[]): TypeTemplates {
  const templates = new Map<string, LanguageTemplates>();
  if (!isJsonObject(value)) {
    problems.push({ path, detail: 'must be an object with a member for each language' });
    return templates;
  }
  for (const [key, parts] of Object.entries(value)) {
    const language = languageTag(key);
    if (language === null) problems.push({ path: [...path, key], detail: 'is not a language tag (BCP 47)' });
    else templates.set(language, readLanguage(parts, language, [...path, key], problems));
  }
  return templates;
}

function readLanguage(
  value: unknown,
  language: string,
  path: readonly string[],
  problems: Problem[],
): LanguageTemplates {
  const found = new Map<TemplatePart, MessageTemplate>();
  for (const [name, source, place] of flattened(value, path, problems)) {
    const part = TEMPLATE_PARTS.find((known) => known === name);
    if (part === undefined) problems.push({ path: place, detail: `is not one of ${TEMPLATE_PARTS.join(', ')}` });
    else {
      const template = compile(part, source, language, place, problems);
      if (template) found.set(part, template);
    }
  }
  return found;
}

/** Flattens `{email: {text}}` to `email.text`. */
function flattened(
  value: unknown,
  path: readonly string[],
  problems: Problem[],
): [name: string, source: unknown, path: string[]][] {
  if (!isJsonObject(value)) {
    problems.push({ path, detail: 'must be an object' });
    return [];
  }
  return Object.entries(value).flatMap(([outer, member]): [string, unknown, string[]][] => {
    if (!isJsonObject(member)) return [[outer, member, [...path, outer]]];
    return Object.entries(member).map(([inner, source]) => [`${outer}.${inner}`, source, [...path, outer, inner]]);
  });
}

function compile(
  part: TemplatePart,
  source: unknown,
  language: string,
  path: readonly string[],
  problems: Problem[],
): MessageTemplate | null {
  if (typeof source !== 'string' || source.length === 0 || source.length > LONGEST) {
    problems.push({ path, detail: `must be a text of 1 to ${LONGEST} characters` });
    return null;
  }
  try {
    return MessageTemplate.compile(source, language, { html: part === 'email.html' });
  } catch (error) {
    if (!(error instanceof TemplateError)) throw error;
    problems.push({ path, detail: error.message });
    return null;
  }
}
