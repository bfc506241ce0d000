import { Injectable } from '@nestjs/common';
import { and, desc, eq, isNull, lt, sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { uuidv7 } from 'uuidv7';
import { newApiKey } from '../auth/api-keys/api-key.js';
import { apiKeys } from '../auth/api-keys/api-keys.table.js';
import type { Scope } from '../auth/principal/scopes.js';
import { Database } from '../database/database.js';
import { isUuid, UUID } from '../database/uuid.js';
import { ServiceError } from '../errors/service-error.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import { pageOf, pageRequest } from '../pagination/page.js';
import type { Page, PageQuery } from '../pagination/page.js';
import { DEFAULT_OVERLAP } from './api-keys.dto.js';
import type { ApiKeyDto, ChangeApiKeyDto, NewApiKeyDto } from './api-keys.dto.js';

export interface ApiKeyRequest {
  readonly name: string;
  readonly scopes: readonly Scope[];
  /** Null: the key does not expire. */
  readonly expiresAt: string | null;
  /** The administrator. Null: created with a command. */
  readonly createdBy: string | null;
}

/** Creates, changes, rotates and revokes API keys. `ApiKeyVerifier` in `auth` verifies them. */
@Injectable()
export class ApiKeys {
  constructor(private readonly database: Database) {}

  /**
   * Creates a key. The answer stored for an Idempotency-Key must not contain the secret, so a repeated request rotates the key with
   * the default overlap: the secrets of both answers are valid. Throws invalid_message if the key would have expired already.
   */
  async create(
    request: IdempotentRequest | null,
    { name, scopes, expiresAt, createdBy }: ApiKeyRequest,
  ): Promise<NewApiKeyDto> {
    const made = newApiKey();
    const stored = await this.database.transaction(
      async ({ db }) => {
        const values = { id: uuidv7(), prefix: made.prefix, hash: made.hash, name, scopes: [...scopes], createdBy };
        const [row] = await db
          .insert(apiKeys)
          .values({ ...values, expiresAt: futureOf(expiresAt) })
          .returning();
        return apiKeyView(required(row));
      },
      { once: request },
    );
    if (stored.prefix !== made.prefix) return this.rotate(stored.id, DEFAULT_OVERLAP);
    return { ...stored, key: made.key };
  }

  /** Revoked and expired keys included, newest first. */
  async list(query: PageQuery): Promise<Page<ApiKeyDto>> {
    const request = pageRequest(query, UUID);
    const rows = await this.database.db
      .select()
      .from(apiKeys)
      .where(request.after === null ? undefined : lt(apiKeys.id, request.after))
      .orderBy(desc(apiKeys.id))
      .limit(request.take);
    return pageOf(rows, request, ({ id }) => id, apiKeyView);
  }

  /** Throws not_found. */
  async find(id: string): Promise<ApiKeyDto> {
    const [row] = isUuid(id) ? await this.database.db.select().from(apiKeys).where(eq(apiKeys.id, id)) : [];
    return apiKeyView(required(row));
  }

  /** Takes effect with the next request. Throws not_found, conflict (revoked), invalid_message for a time in the past. */
  async change(id: string, { name, scopes, expires_at: expiresAt }: ChangeApiKeyDto): Promise<ApiKeyDto> {
    const changes = {
      ...(name !== undefined && { name }),
      ...(scopes !== undefined && { scopes }),
      ...(expiresAt !== undefined && { expiresAt: futureOf(expiresAt) }),
    };
    return apiKeyView(await this.update(id, changes));
  }

  /**
   * Replaces the secret. The one used so far is accepted for another `overlap` seconds; one from an earlier rotation is not. Throws
   * not_found, conflict (revoked).
   */
  async rotate(id: string, overlap: number): Promise<NewApiKeyDto> {
    const { prefix } = await this.find(id);
    const { key, hash } = newApiKey(prefix);
    const previousUntil = sql`date_trunc('milliseconds', now()) + make_interval(secs => ${overlap})`;
    const row = await this.update(id, { hash, previousHash: sql`${apiKeys.hash}`, previousUntil });
    return { ...apiKeyView(row), key };
  }

  /** Does nothing for a revoked key. Throws not_found. */
  async revoke(id: string): Promise<void> {
    const { revoked_at: revokedAt } = await this.find(id);
    if (revokedAt !== null) return;
    await this.database.db
      .update(apiKeys)
      .set({ revokedAt: sql`now()` })
      .where(and(eq(apiKeys.id, id), isNull(apiKeys.revokedAt)));
  }

  /** Throws not_found, and conflict for a revoked key. */
  private async update(id: string, changes: Changes): Promise<Row> {
    const { id: known } = await this.find(id);
    if (Object.keys(changes).length === 0) changes = { name: sql`${apiKeys.name}` };
    const [row] = await this.database.db
      .update(apiKeys)
      .set(changes)
      .where(and(eq(apiKeys.id, known), isNull(apiKeys.revokedAt)))
      .returning();
    if (!row) throw new ServiceError('conflict', 'This API key was revoked. Create a new one.');
    return row;
  }
}

type Row = typeof apiKeys.$inferSelect;
type ApiKeyView = Pick<ApiKeyDto, keyof ApiKeyDto>;
type Changes = { -readonly [Column in keyof Row]?: Row[Column] | SQL };

/** Throws invalid_message for a time that is not in the future. */
function futureOf(text: string | null): Date | null {
  if (text === null) return null;
  const time = new Date(text);
  if (time.getTime() > Date.now()) return time;
  const errors = [{ pointer: '#/expires_at', detail: 'must be in the future' }];
  throw new ServiceError('invalid_message', '#/expires_at must be in the future. To end a key now, revoke it.', {
    errors,
  });
}

function required(row: Row | undefined): Row {
  if (!row) throw new ServiceError('not_found', 'There is no such API key.');
  return row;
}

function apiKeyView(row: Row): ApiKeyView {
  return {
    id: row.id,
    prefix: row.prefix,
    name: row.name,
    scopes: row.scopes,
    created_at: row.createdAt.toISOString(),
    created_by: row.createdBy,
    expires_at: row.expiresAt?.toISOString() ?? null,
    last_used_at: row.lastUsedAt?.toISOString() ?? null,
    previous_secret_until: row.previousUntil?.toISOString() ?? null,
    revoked_at: row.revokedAt?.toISOString() ?? null,
  };
}
