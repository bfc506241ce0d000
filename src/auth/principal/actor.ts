import type { Principal } from './principal.js';
import type { Scope } from './scopes.js';

/** A program that sends an API key. It is not a user, so it has no notifications, sockets or sessions of its own. */
export interface ApiKeyActor {
  readonly kind: 'api_key';
  readonly keyId: string;
  readonly scopes: readonly Scope[];
  /** Texts for programs are in DEFAULT_LANGUAGE. */
  readonly language: null;
  readonly address?: string;
}

/** The sender of an authenticated REST request. Only `TokenAuthenticator` creates actors. */
export type Actor = Principal | ApiKeyActor;

/** Who made a change, for records. At most one of the ids is set; without both, nobody was authenticated. */
export interface Author {
  readonly userId: string | null;
  readonly keyId: string | null;
  /** `addressKey` of the request. Absent: unknown. */
  readonly address?: string | undefined;
}

export function authorOf(actor: Actor): Author {
  const { address } = actor;
  return actor.kind === 'api_key'
    ? { userId: null, keyId: actor.keyId, address }
    : { userId: actor.userId, keyId: null, address };
}

/**
 * Whether the actor has the rights of an administrator in the request that it sent. A key reaches only routes whose scope it has
 * (`AccessGuard`), and there it acts for the operator.
 */
export function actsAsAdmin(actor: Pick<ApiKeyActor, 'kind'> | Pick<Principal, 'kind' | 'role'>): boolean {
  return actor.kind === 'api_key' || actor.role === 'admin';
}
