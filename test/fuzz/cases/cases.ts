/** The actor whose token a request or socket uses. `program` has an API key with every scope. */
export const ACTORS = ['anonymous', 'customer', 'partner', 'admin', 'program', 'session', 'garbage'] as const;
export type Actor = (typeof ACTORS)[number];

/** One HTTP request. Path, headers and body may contain references (`«orders:0»`). */
export interface HttpCase {
  readonly kind: 'http';
  readonly actor: Actor;
  readonly method: string;
  /** The path in the document: `/api/orders/{id}/`. */
  readonly template: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** A WebSocket and the frames sent on it. */
export interface SocketCase {
  readonly kind: 'socket';
  readonly actor: Actor;
  readonly channel: string;
  readonly path: string;
  /** Text messages; `base64:` marks a binary message. */
  readonly frames: readonly string[];
}

/** Bytes on a TCP connection. */
export interface RawCase {
  readonly kind: 'raw';
  readonly text: string;
}

/** A request of a story. */
export interface StoryStep {
  readonly request: HttpCase;
  /** How many times the request is sent at once. */
  readonly times: number;
}

/** Creates a thing, and then sends requests about it, one after the other. `«own:0»` is the id of the thing. */
export interface StoryCase {
  readonly kind: 'story';
  readonly steps: readonly StoryStep[];
}

export type Case = HttpCase | SocketCase | RawCase | StoryCase;

/** The problem of an answer. `server`: an error of the service; `document`: not as documented. */
export interface Finding {
  readonly severity: 'server' | 'document';
  /** Equal for findings that probably have the same cause. */
  readonly signature: string;
  readonly detail: string;
}

/**
 * A request without an answer for this long counts as unanswered. On a busy machine the service may pause for half a
 * minute.
 */
export const HANG_MS = 4 * 60_000;

export const BINARY = 'base64:';

/** The number of requests and frames in a case. */
export function sizeOf(one: Case): number {
  if (one.kind === 'socket') return one.frames.length + 1;
  return one.kind === 'story' ? one.steps.reduce((sum, { times }) => sum + times, 0) : 1;
}
