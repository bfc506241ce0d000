/** Whose token a request or socket carries. */
export const ACTORS = ['anonymous', 'customer', 'partner', 'admin', 'session', 'garbage'] as const;
export type Actor = (typeof ACTORS)[number];

/** One HTTP request. Path, headers and body may contain references (`«orders:0»`). */
export interface HttpCase {
  readonly kind: 'http';
  readonly actor: Actor;
  readonly method: string;
  /** As the document has it: `/api/orders/{id}/`. */
  readonly template: string;
  readonly path: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | null;
}

/** One WebSocket with what is sent on it. */
export interface SocketCase {
  readonly kind: 'socket';
  readonly actor: Actor;
  readonly channel: string;
  readonly path: string;
  /** Text messages; `base64:` begins a binary one. */
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
  /** Sent so often at once. */
  readonly times: number;
}

/** Makes a thing, and then sends requests about it, one after the other. `«own:0»` is the id of the thing. */
export interface StoryCase {
  readonly kind: 'story';
  readonly steps: readonly StoryStep[];
}

export type Case = HttpCase | SocketCase | RawCase | StoryCase;

/** What was wrong with an answer. `server`: our fault; `document`: not as documented. */
export interface Finding {
  readonly severity: 'server' | 'document';
  /** The same for findings that are likely to have one cause. */
  readonly signature: string;
  readonly detail: string;
}

/**
 * What gets no answer for so long will never get one. A machine that is busy with other things can pause the service for half a
 * minute.
 */
export const HANG_MS = 4 * 60_000;

export const BINARY = 'base64:';

/** Requests and frames in a case. */
export function sizeOf(one: Case): number {
  if (one.kind === 'socket') return one.frames.length + 1;
  return one.kind === 'story' ? one.steps.reduce((sum, { times }) => sum + times, 0) : 1;
}
