/** A path template such as `/ws/boards/:board`, matched with or without a trailing slash. */
interface Route<T> {
  readonly segments: readonly string[];
  readonly target: T;
}

export interface RouteMatch<T> {
  readonly target: T;
  readonly params: Readonly<Record<string, string>>;
}

const NO_PARAMS: Readonly<Record<string, string>> = Object.freeze({});

/** Finds the target of a path. Templates without parameters take precedence, in whatever order templates were added. */
export class RouteTable<T> {
  private readonly fixed = new Map<string, T>();
  private readonly templates: Route<T>[] = [];

  add(template: string, target: T): void {
    const segments = segmentsOf(template);
    if (segments.some((segment) => segment.startsWith(':'))) this.templates.push({ segments, target });
    else this.fixed.set(segments.join('/'), target);
  }

  /** Returns null if no template matches. `path` is percent-encoded, as received, and has no query. */
  match(path: string): RouteMatch<T> | null {
    const segments = segmentsOf(path);
    const target = this.fixed.get(segments.join('/'));
    if (target !== undefined) return { target, params: NO_PARAMS };
    for (const route of this.templates) {
      const params = matchSegments(route.segments, segments);
      if (params) return { target: route.target, params };
    }
    return null;
  }
}

function segmentsOf(path: string): string[] {
  return path.replace(/^\//, '').replace(/\/$/, '').split('/');
}

function matchSegments(template: readonly string[], given: readonly string[]): Record<string, string> | null {
  if (template.length !== given.length) return null;
  const params: Record<string, string> = {};
  for (const [index, segment] of template.entries()) {
    const value = given[index] ?? '';
    if (!segment.startsWith(':')) {
      if (segment !== value) return null;
      continue;
    }
    const decoded = decode(value);
    if (!decoded) return null;
    params[segment.slice(1)] = decoded;
  }
  return params;
}

function decode(value: string): string | null {
  try {
    return decodeURIComponent(value);
  } catch {
    return null; // invalid percent-encoding: no route matches
  }
}
