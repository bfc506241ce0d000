import type { Request } from 'express';

/** The part of express 5's routing layer that is used here; its types do not declare it. */
interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** Event streams are written to the raw socket, so they do not support HEAD. */
const EVENT_STREAM = /\/stream\/?$/;

/** The whole path. Nest mounts its last handlers below the global prefix, so their `path` lacks the prefix. */
export function pathOf({ baseUrl, path }: Request): string {
  return `${baseUrl}${path}`;
}

/** The methods that routes accept at the request's path, in upper case; empty if no route matches. */
export function allowedMethods(request: Request): string[] {
  const { stack } = request.app.router as unknown as { stack: readonly Layer[] };
  const path = pathOf(request);
  const methods = new Set<string>();
  for (const layer of stack) {
    if (!layer.route || !matches(layer, path)) continue;
    for (const [method, taken] of Object.entries(layer.route.methods)) if (taken) methods.add(method.toUpperCase());
  }
  if (methods.has('GET') && !EVENT_STREAM.test(path)) methods.add('HEAD');
  return [...methods].sort();
}

function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    // A parameter with an invalid percent escape. express rejects it with 400 when it reaches the route.
    return false;
  }
}
