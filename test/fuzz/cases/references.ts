import fc from 'fast-check';

/** The kinds of things that are remembered. */
const MOST = 200;

const KIND_OF_NAME: Readonly<Record<string, string>> = {
  user_id: 'users',
  user_ids: 'users',
  partner_id: 'partners',
  order_id: 'orders',
  notification_id: 'notifications',
  message_id: 'messages',
  refresh_token: 'refresh_token',
  position: 'position',
  since: 'position',
  cursor: 'cursor',
  token: 'tokens',
  queue: 'queues',
};

/** A text that is replaced by the nth known id of a kind: `«orders:3»`. */
export const reference = (kind: string): fc.Arbitrary<string> =>
  fc.nat({ max: 5 }).map((n) => `«${kind}:${String(n)}»`);

/** The reference for a member or parameter that contains an id; null for others. */
export function referenceFor(name: string): fc.Arbitrary<string> | null {
  const kind = KIND_OF_NAME[name];
  return kind === undefined ? null : reference(kind);
}

/** A time this many seconds in the past or in the future, at the moment of sending: `«past:30»`, `«soon:30»`. */
export const someTime = fc
  .tuple(fc.constantFrom('past', 'past', 'soon'), fc.nat({ max: 60 }))
  .map(([kind, seconds]) => `«${kind}:${String(seconds)}»`);

/** The ids, tokens, cursors and positions in earlier answers, newest first. */
export class References {
  private readonly known = new Map<string, string[]>();

  /** `parent`: where to look up kinds that are missing here. */
  constructor(private readonly parent?: References) {}

  add(kind: string, value: unknown): void {
    if (typeof value !== 'string' || value === '') return;
    const values = this.known.get(kind) ?? [];
    if (values[0] !== value) values.unshift(value);
    values.length = Math.min(values.length, MOST);
    this.known.set(kind, values);
  }

  /** Replaces each reference. A reference to an unknown kind is replaced by the name of the kind. */
  resolve(text: string): string {
    return text.replace(/«([\w-]+):(\d+)»/g, (_, kind: string, n: string) => {
      if (kind === 'past' || kind === 'soon') return time(kind === 'past' ? -Number(n) : Number(n));
      const values = this.values(kind);
      return values[Number(n) % Math.max(values.length, 1)] ?? kind;
    });
  }

  private values(kind: string): readonly string[] {
    return this.known.get(kind) ?? this.parent?.values(kind) ?? [];
  }

  /** Remembers the contents of the answer to a request. `template`: `/api/orders/{id}/messages/`. */
  harvest(template: string, body: unknown): void {
    if (typeof body !== 'object' || body === null) return;
    const kind = kindOf(template);
    const { results, id, batch_id, token, next_cursor, refresh_token, access_token } = body as Record<string, unknown>;
    for (const one of [id, ...idsOf(results)]) this.add(kind, one);
    this.add('batches', batch_id);
    this.add('tokens', token);
    this.add('cursor', next_cursor);
    this.add('refresh_token', refresh_token);
    this.add('access_token', access_token);
  }
}

function time(seconds: number): string {
  return new Date(Date.now() + seconds * 1_000).toISOString();
}

function idsOf(results: unknown): unknown[] {
  return Array.isArray(results)
    ? results.slice(0, 3).map((one: { id?: unknown; token?: unknown } | null) => one?.id)
    : [];
}

/** The kind of the ids in a path: its last word that is not an id. */
export function kindOf(template: string): string {
  if (template.includes('/partners/me/orders')) return 'orders';
  if (template.includes('/partners/me')) return 'partners';
  if (template.includes('/auth/')) return 'users';
  const words = template.split('/').filter((word) => word !== '' && !word.startsWith('{'));
  return words.at(-1) ?? '';
}
