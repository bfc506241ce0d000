import type { Request } from 'express';

/** What express 5 keeps of a route; not part of its types. */
interface Layer {
  readonly route?: { readonly methods: Readonly<Record<string, boolean>> };
  match(path: string): boolean;
}

/** The whole path: Nest mounts its last handlers below the global prefix, where `path` lacks it. */
export function pathOf({ baseUrl, path }: Request): string {
  return `${baseUrl}${path}`;
}

/** The methods that routes take at the request's path, in capitals; empty where there is no route. */
export function allowedMethods(request: Request): string[] {
  const { stack } = request.app.router as unknown as { stack: readonly Layer[] };
  const path = pathOf(request);
  const methods = new Set<string>();
  for (const layer of stack) {
    if (!layer.route || !matches(layer, path)) continue;
    for (const [method, taken] of Object.entries(layer.route.methods)) if (taken) methods.add(method.toUpperCase());
  }
  if (methods.has('GET')) methods.add('HEAD');
  return [...methods].sort();
}

function matches(layer: Layer, path: string): boolean {
  try {
    return layer.match(path);
  } catch {
    // A parameter with a broken percent escape: express says 400 for that, when it comes to the route.
    return false;
  }
}
