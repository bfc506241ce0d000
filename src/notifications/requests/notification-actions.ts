import { isJsonObject } from '../../exact-json/json-object.js';
import type { FieldError } from '../../errors/error/service-error.js';
import { SINGLE_LINE } from '../../text/single-line.js';

const MOST_ACTIONS = 3;
const ID = /^[A-Za-z0-9_.-]{1,64}$/;
const MAX_LABEL_LENGTH = 60;
const MAX_URL_LENGTH = 2_000;
/** Characters that browsers remove from URLs or read as `/`, so that the URL would lead elsewhere. */
const MISREAD = /[\p{Cc}\s\\]/u;

/**
 * The problems with `data.actions`: the buttons of a notification, up to three `{id, label, url}`. Other members of an action are
 * permitted. Empty if there are no actions.
 */
export function actionProblems(data: Readonly<Record<string, unknown>> | null | undefined): FieldError[] {
  const actions = data?.actions;
  if (actions === undefined) return [];
  const pointer = '#/data/actions';
  if (!Array.isArray(actions)) return [{ pointer, detail: 'must be a list' }];
  if (actions.length > MOST_ACTIONS) {
    return [{ pointer, detail: `must not contain more than ${String(MOST_ACTIONS)} actions` }];
  }
  const given = actions as readonly unknown[];
  const ids = given.map((action) => (isJsonObject(action) ? action.id : undefined));
  return given.flatMap((action, index) => {
    const place = `${pointer}/${String(index)}`;
    if (!isJsonObject(action)) return [{ pointer: place, detail: 'must be an object with id, label and url' }];
    const { id, label, url } = action;
    const problems: Readonly<Record<string, string | null>> = {
      id: ids.indexOf(id) < index ? 'must differ from the ids of the other actions' : idProblem(id),
      label: labelProblem(label),
      url: urlProblem(url),
    };
    return Object.entries(problems).flatMap(([member, detail]) =>
      detail === null ? [] : [{ pointer: `${place}/${member}`, detail }],
    );
  });
}

function idProblem(id: unknown): string | null {
  return typeof id === 'string' && ID.test(id) ? null : 'must consist of 1 to 64 letters, digits, "_", "." and "-"';
}

function labelProblem(label: unknown): string | null {
  const isLabel = typeof label === 'string' && label.trim() !== '' && label.length <= MAX_LABEL_LENGTH;
  return isLabel && SINGLE_LINE.test(label) ? null : `must be one line of 1 to ${String(MAX_LABEL_LENGTH)} characters`;
}

function urlProblem(url: unknown): string | null {
  return typeof url === 'string' && url.length <= MAX_URL_LENGTH && isWebAddress(url)
    ? null
    : `must be an http or https URL, or a path that starts with one "/", of up to ${String(MAX_URL_LENGTH)} characters`;
}

function isWebAddress(url: string): boolean {
  if (MISREAD.test(url)) return false;
  return url.startsWith('/') ? !url.startsWith('//') : /^https?:\/\/[^/]/i.test(url) && URL.canParse(url);
}
