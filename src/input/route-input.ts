import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator, ExecutionContext, Type } from '@nestjs/common';
import { PARAMTYPES_METADATA, ROUTE_ARGS_METADATA } from '@nestjs/common/constants.js';
import { RouteParamtypes } from '@nestjs/common/enums/route-paramtypes.enum.js';
import { shapeOf } from './shape/input-shape.js';
import type { InputShape } from './shape/input-shape.js';
import { JSON_BOUNDS } from './shape/json-bounds.js';
import type { JsonBounds } from './shape/json-bounds.js';

/** Maximum body size in bytes, unless the route sets another one. A proxy in front must allow the same size (docs/limits.md). */
export const BODY_LIMIT_BYTES = 64 * 1024;

const BODY_LIMIT = Symbol('body limit');
const TAKES_FORMS = Symbol('takes forms');
const QUERY_NAMES = Symbol('query names');
const ANY_QUERY = Symbol('any query');

export interface BodyLimitOptions {
  /** Bytes. */
  readonly bytes: number;
  /** Maximum number of array elements and object members. Default: 10,000. */
  readonly values?: number;
}

/** For routes that accept bodies of more than 64 KiB. Bodies are read after the guards of `auth`, so only from authorised clients. */
export const BodyLimit = (options: BodyLimitOptions): CustomDecorator<symbol> => SetMetadata(BODY_LIMIT, options);

/** For routes that receive HTML forms instead of JSON. Form members are not checked. */
export const TakesForms = (): CustomDecorator<symbol> => SetMetadata(TAKES_FORMS, true);

/** Query parameters that the route reads from the request itself, in addition to those of `@Query()`. */
export const QueryNames = (...names: string[]): CustomDecorator<symbol> => SetMetadata(QUERY_NAMES, names);

/** For routes that users open by a link. Other programs may add parameters to the query. */
export const AnyQuery = (): CustomDecorator<symbol> => SetMetadata(ANY_QUERY, true);

/** The input that a route accepts, as declared by its decorators. */
export interface RouteInput {
  /** Null: any name. */
  readonly queryNames: readonly string[] | null;
  /** The shape of the JSON body. Null: the route reads no body. `any`: members are not declared. */
  readonly body: InputShape | 'any' | null;
  readonly bodyLimit: number;
  readonly bounds: JsonBounds;
  readonly takesForms: boolean;
}

interface RouteArgument {
  readonly index: number;
  readonly data?: unknown;
}

const inputs = new WeakMap<object, RouteInput>();

/** The input that the route of an HTTP request accepts. */
export function routeInput(context: ExecutionContext): RouteInput {
  const handler = context.getHandler();
  const known = inputs.get(handler);
  if (known) return known;
  const input = readRouteInput(context.getClass<object>(), handler as (...all: unknown[]) => unknown);
  inputs.set(handler, input);
  return input;
}

function readRouteInput(controller: Type<object>, handler: (...all: unknown[]) => unknown): RouteInput {
  const declared = (key: symbol): unknown => Reflect.getMetadata(key, handler) ?? Reflect.getMetadata(key, controller);
  const takesForms = declared(TAKES_FORMS) === true;
  const limit = declared(BODY_LIMIT) as BodyLimitOptions | undefined;
  const names = (declared(QUERY_NAMES) ?? []) as readonly string[];
  return {
    queryNames: declared(ANY_QUERY) === true ? null : [...names, ...queryNames(controller, handler.name)],
    body: takesForms ? 'any' : bodyShape(controller, handler.name),
    bodyLimit: limit?.bytes ?? BODY_LIMIT_BYTES,
    bounds: { ...JSON_BOUNDS, values: limit?.values ?? JSON_BOUNDS.values },
    takesForms,
  };
}

function queryNames(controller: Type<object>, method: string): string[] {
  return argumentsOf(controller, method, RouteParamtypes.QUERY).flatMap(({ data, type }) =>
    typeof data === 'string' ? [data] : [...shapeOf(type).keys()],
  );
}

function bodyShape(controller: Type<object>, method: string): InputShape | 'any' | null {
  const [argument] = argumentsOf(controller, method, RouteParamtypes.BODY);
  if (!argument) return null;
  const shape = shapeOf(argument.type);
  return shape.size === 0 ? 'any' : shape;
}

function argumentsOf(
  controller: Type<object>,
  method: string,
  kind: RouteParamtypes,
): { readonly data: unknown; readonly type: Type<object> }[] {
  const all = (Reflect.getMetadata(ROUTE_ARGS_METADATA, controller, method) ?? {}) as Readonly<
    Record<string, RouteArgument>
  >;
  const types = (Reflect.getMetadata(PARAMTYPES_METADATA, controller.prototype as object, method) ??
    []) as Type<object>[];
  return Object.entries(all)
    .filter(([key]) => key.startsWith(`${kind}:`))
    .map(([, { index, data }]) => ({ data, type: types[index] ?? Object }));
}
