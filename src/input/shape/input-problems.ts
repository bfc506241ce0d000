import type { FieldError } from '../../errors/error/service-error.js';
import { isJsonObject } from '../../exact-json/json-object.js';
import { shapeOf } from './input-shape.js';
import type { InputShape, MemberShape } from './input-shape.js';
import { pointerTo } from './json-pointer.js';
import { nearestName } from './nearest-name.js';

/** Limits the size of the response to a hostile request with many errors. */
export const MOST_ERRORS = 100;

const NO_MEMBERS: InputShape = new Map();

export interface InputRules {
  /** Whether an undeclared member is a problem. */
  readonly refuseUnknown: boolean;
}

/**
 * Problems that can be found before a value is transformed and validated, which costs much more: unknown members, and strings and
 * arrays that are too long. Returns at most 100 problems. If the shape is null, all members are unknown.
 */
export function inputProblems(value: unknown, shape: InputShape | null, rules: InputRules): FieldError[] {
  const found: FieldError[] = [];
  inspect(value, shape ?? NO_MEMBERS, '#', { ...rules, found });
  return found;
}

interface Inspection extends InputRules {
  readonly found: FieldError[];
}

function inspect(value: unknown, shape: InputShape, pointer: string, inspection: Inspection): void {
  if (!isJsonObject(value)) return;
  if (inspection.refuseUnknown) findUnknown(value, shape, pointer, inspection.found);
  for (const [name, member] of shape) {
    if (inspection.found.length >= MOST_ERRORS) return;
    if (!Object.hasOwn(value, name)) continue;
    inspectMember(value[name], member, pointerTo(pointer, name), inspection);
  }
}

function inspectMember(value: unknown, member: MemberShape, pointer: string, inspection: Inspection): void {
  const { nested, maxLength, maxItems } = member;
  if (typeof value === 'string' && value.length > maxLength) {
    inspection.found.push({ pointer, detail: `must be shorter than or equal to ${maxLength} characters` });
  } else if (Array.isArray(value) && value.length > maxItems) {
    inspection.found.push({ pointer, detail: `must contain no more than ${maxItems} elements` });
  } else if (nested) {
    const shape = shapeOf(nested.type());
    if (nested.form === 'object') inspect(value, shape, pointer, inspection);
    else
      for (const [name, element] of elementsOf(value, nested.form))
        inspect(element, shape, pointerTo(pointer, name), inspection);
  }
}

/** The elements of an array, or the values of an object. */
function elementsOf(value: unknown, form: 'list' | 'values'): [name: string, element: unknown][] {
  const isObject = typeof value === 'object' && value !== null;
  return isObject && Array.isArray(value) === (form === 'list') ? Object.entries(value) : [];
}

function findUnknown(value: object, shape: InputShape, pointer: string, found: FieldError[]): void {
  for (const name of Object.keys(value)) {
    if (found.length >= MOST_ERRORS) return;
    if (!shape.has(name)) {
      const known = [...shape.keys()];
      found.push({ pointer: pointerTo(pointer, name.slice(0, LONGEST_NAME)), detail: unknownDetail(name, known) });
    }
  }
}

/** Maximum number of characters of an unknown name in the response. */
export const LONGEST_NAME = 100;

/** `is unknown; did you mean send_at?` */
export function unknownDetail(name: string, known: readonly string[]): string {
  const nearest = nearestName(name, known);
  if (nearest !== null) return `is unknown; did you mean ${nearest}?`;
  return known.length === 0 ? 'is unknown' : `is unknown; known: ${known.join(', ')}`;
}
