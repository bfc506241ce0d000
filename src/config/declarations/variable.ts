import 'reflect-metadata';
import {
  IsArray,
  IsBoolean,
  IsIn,
  IsInt,
  IsNumber,
  IsOptional,
  IsString,
  Matches,
  Max,
  Min,
  ValidateBy,
} from 'class-validator';
import { parseFlag, parseHostPort, parseInteger, parseItems, parseList, parseNumber } from '../values/parse.js';
import { isUrlWith } from '../values/urls.js';

/** An environment variable without its value. */
export interface Variable {
  /** Name of the settings property, such as `maxSockets`. */
  readonly property: string;
  /** Name in the environment, such as `MAX_SOCKETS`. */
  readonly name: string;
  /** As written in the environment. Absent: the setting is `undefined` unless the variable is set. */
  readonly default: string | undefined;
  /** What the setting does, in Markdown: the text in docs/settings.md and .env.example. */
  readonly description: string;
  /** The unit of a number; absent for other values. */
  readonly unit: string | undefined;
  /** The meaning of 0; absent if 0 is an ordinary number or not permitted. */
  readonly zero: string | undefined;
  /** What happens without a value; absent if there is a default. */
  readonly absent: string | undefined;
  /** Ends the sentence "NAME must be ...". */
  readonly mustBe: string;
  /** Whether the value is never shown. */
  readonly secret: boolean;
  /** Returns a text that it cannot parse unchanged, for the validators to reject. */
  readonly parse: (text: string) => unknown;
}

/** This is the only source of the documentation of settings. `npm run generate` creates the pages from it. */
interface VariableOptions {
  readonly description: string;
  readonly unit?: string;
  readonly zero?: string;
  readonly absent?: string;
  readonly default?: string;
  readonly secret?: boolean;
  readonly mustBe?: string;
}

const VARIABLES = Symbol('variables');

/** The variables of a section, in the order of their declaration. */
export function variablesOf(section: object): readonly Variable[] {
  return (Reflect.getMetadata(VARIABLES, section) as Variable[] | undefined) ?? [];
}

function variable(mustBe: string, options: VariableOptions, parse: Variable['parse'], validators: PropertyDecorator[]) {
  return (prototype: object, key: string | symbol): void => {
    const property = String(key);
    const known = (Reflect.getMetadata(VARIABLES, prototype) as Variable[] | undefined) ?? [];
    const added: Variable = {
      property,
      name: property.replace(/[A-Z]/g, (letter) => `_${letter}`).toUpperCase(),
      default: options.default,
      description: options.description,
      unit: options.unit,
      zero: options.zero,
      absent: options.absent,
      mustBe: options.mustBe ?? mustBe,
      secret: options.secret ?? false,
      parse,
    };
    Reflect.defineMetadata(VARIABLES, [...known, added], prototype);
    if (options.default === undefined) IsOptional()(prototype, property);
    for (const decorate of validators) decorate(prototype, property);
  };
}

export const Text = (options: VariableOptions & { pattern?: RegExp }): PropertyDecorator =>
  variable('a text', options, (text) => text, [options.pattern ? Matches(options.pattern) : IsString()]);

export const Flag = (options: VariableOptions): PropertyDecorator =>
  variable('true or false (or 1 or 0)', options, parseFlag, [IsBoolean()]);

export function Integer(options: VariableOptions & { min: number; max?: number }): PropertyDecorator {
  const max = options.max ?? Number.MAX_SAFE_INTEGER;
  const range = options.max === undefined ? `of at least ${options.min}` : `from ${options.min} to ${max}`;
  return variable(`a whole number ${range}`, options, parseInteger, [IsInt(), Min(options.min), Max(max)]);
}

/** A duration or a rate; decimals are permitted. The maximum of 86400 is a day in seconds, more than any setting needs. */
export function Amount(options: VariableOptions & { unit: string; min?: number }): PropertyDecorator {
  const min = options.min ?? 0.001;
  const mustBe = `a number of ${options.unit}, ${min === 0 ? '0 or more' : 'more than 0'} and at most 86400`;
  return variable(mustBe, options, parseNumber, [IsNumber(), Min(min), Max(86_400)]);
}

export const Choice = (values: readonly string[], options: VariableOptions): PropertyDecorator =>
  variable(`one of ${values.join(', ')}`, options, (text) => text, [IsIn(values)]);

/** Comma separated; one or more of `values`. */
export const Choices = (values: readonly string[], options: VariableOptions): PropertyDecorator =>
  variable(`a comma separated list of ${values.join(', ')}`, options, parseList, [
    satisfies(
      (list) => Array.isArray(list) && list.length > 0 && list.every((item) => values.includes(item as string)),
    ),
  ]);

/** Comma separated strings. */
export function List(options: VariableOptions & { pattern?: RegExp; of?: string }): PropertyDecorator {
  const validators = options.pattern ? [IsArray(), Matches(options.pattern, { each: true })] : [IsArray()];
  return variable(`a comma separated list of ${options.of ?? 'texts'}`, options, parseItems, validators);
}

/** Comma separated `host:port`. */
export const HostPorts = (options: VariableOptions): PropertyDecorator =>
  variable('a comma separated list of host:port', options, (text) => parseList(text).map(parseHostPort), [
    satisfies((list) => Array.isArray(list) && list.length > 0 && list.every((item) => typeof item === 'object')),
  ]);

/** A URL with one of these schemes (`https`, without colon). `isBase`: the service appends paths to it. */
export const UrlWith = (
  schemes: readonly string[],
  options: VariableOptions & { isBase?: true },
): PropertyDecorator => {
  const starts = schemes.map((scheme) => `${scheme}://`).join(' or ');
  const mustBe = `a URL starting with ${starts}${options.isBase ? ', without user, query and fragment' : ''}`;
  return variable(mustBe, options, (text) => text, [satisfies((value) => isUrlWith(schemes, value, options.isBase))]);
};

/** A setting with its own parser and validator. */
export const Ruled = (
  parse: Variable['parse'],
  validate: (value: unknown) => boolean,
  options: VariableOptions & { mustBe: string },
): PropertyDecorator => variable(options.mustBe, options, parse, [satisfies(validate)]);

function satisfies(validate: (value: unknown) => boolean): PropertyDecorator {
  return ValidateBy({ name: 'satisfies', validator: { validate } });
}
