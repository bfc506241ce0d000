import { Injectable, Logger } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import { Database } from '../../database/database.js';
import { execute } from '../../database/execute.js';
import { gatheringLoader } from '../../database/gathering-loader.js';
import { loggable } from '../../errors/error/loggable.js';
import type { ApiKeyActor } from '../principal/actor.js';
import type { Scope } from '../principal/scopes.js';
import { unauthenticated } from '../principal/unauthenticated.js';
import { isSameText } from '../signing/same-text.js';
import { hashOfKey, prefixOf } from './api-key.js';

interface Row {
  readonly id: string;
  readonly prefix: string;
  readonly scopes: readonly Scope[];
  readonly hash: string;
  readonly previousHash: string | null;
  readonly isInOverlap: boolean;
  readonly isExpired: boolean;
  readonly isRevoked: boolean;
  /** Whether `last_used_at` is less than a minute old. */
  readonly isUseNoted: boolean;
}

/** Verifies API keys. Keys are read for each request and not cached, so a revoked key is rejected at once on every node. */
@Injectable()
export class ApiKeyVerifier {
  private readonly logger = new Logger('ApiKeys');
  private readonly loader = gatheringLoader((prefixes: readonly string[]) => this.loadAll(prefixes), 2_000);
  /** Ids of the keys whose use is being noted. */
  private readonly noting = new Set<string>();

  constructor(private readonly database: Database) {}

  /**
   * Throws unauthenticated. The error names the reason (revoked, rotated, expired) only to a client that knows the secret. For all
   * others, a wrong secret and an unknown key look the same.
   */
  async verify(key: string): Promise<ApiKeyActor> {
    const prefix = prefixOf(key);
    const row = prefix === null ? null : await this.loader.load(prefix);
    const hash = hashOfKey(key);
    if (!row || !(isSameText(hash, row.hash) || isSameText(hash, row.previousHash ?? ''))) {
      throw unauthenticated('The API key is not valid.');
    }
    if (row.isRevoked) throw unauthenticated('This API key was revoked.');
    if (row.hash !== hash && !row.isInOverlap) {
      throw unauthenticated('This API key was rotated. Only its newest secret is accepted.');
    }
    if (row.isExpired) throw unauthenticated('This API key has expired.');
    if (!row.isUseNoted) void this.noteUse(row);
    return { kind: 'api_key', keyId: row.id, scopes: row.scopes, language: null };
  }

  /** Never throws, and no request waits for it. The condition limits the writes of all nodes to one a minute for each key. */
  private async noteUse({ id, prefix }: Row): Promise<void> {
    if (this.noting.has(id)) return;
    this.noting.add(id);
    try {
      await execute(
        this.database.db,
        sql`UPDATE api_keys SET last_used_at = now()
            WHERE id = ${id}::uuid AND (last_used_at IS NULL OR last_used_at < now() - interval '1 minute')`,
      );
    } catch (error) {
      this.logger.warn(`the last use of the API key ${prefix} was not recorded: ${String(loggable(error))}`);
    } finally {
      this.noting.delete(id);
    }
  }

  private async loadAll(prefixes: readonly string[]): Promise<(Row | null)[]> {
    const { rows } = await execute<Row>(
      this.database.db,
      sql`SELECT id, prefix, scopes, hash, previous_hash AS "previousHash", coalesce(previous_until > now(), false) AS "isInOverlap",
                 coalesce(expires_at <= now(), false) AS "isExpired", revoked_at IS NOT NULL AS "isRevoked",
                 coalesce(last_used_at > now() - interval '1 minute', false) AS "isUseNoted"
          FROM api_keys WHERE prefix = any(${sql.param([...new Set(prefixes)])}::text[])`,
    );
    const byPrefix = new Map(rows.map((row) => [row.prefix, row]));
    return prefixes.map((prefix) => byPrefix.get(prefix) ?? null);
  }
}
