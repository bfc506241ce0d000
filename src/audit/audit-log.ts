import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { authorOf } from '../auth/principal/actor.js';
import type { Actor } from '../auth/principal/actor.js';
import { Database } from '../database/database.js';
import type { Queryable } from '../database/backend/transaction.js';
import type { AuditEvent, AuditTarget } from './audit-event.js';
import { auditEntries } from './audit.table.js';

type ReadAction = 'user_read' | 'notifications_read' | 'chat_read' | 'socket_opened';

/** A repeated read of the same data by the same actor is recorded once in this time, by each node. */
const REPEAT_MS = 60 * 60_000;
const MOST_REMEMBERED = 10_000;

/** Records who did what. */
@Injectable()
export class AuditLog {
  /** When a read was recorded, oldest first. */
  private readonly reads = new Map<string, number>();

  constructor(private readonly database: Database) {}

  /** Records a change. Pass `tx.db` of its transaction, so that both are committed or neither. */
  async record(db: Queryable, { action, author, target, details = {} }: AuditEvent): Promise<void> {
    const { userId, keyId, address = null } = author;
    const actorType = keyId !== null ? 'api_key' : userId !== null ? 'user' : null;
    await db.insert(auditEntries).values({
      id: uuidv7(),
      action,
      actorType,
      actorId: keyId ?? userId,
      address,
      targetType: target?.type ?? null,
      targetId: target?.id ?? null,
      details,
    });
  }

  /**
   * Records that an administrator or a program reads data of others, before the data is returned. If this cannot be recorded, it
   * throws. Own data is not recorded.
   */
  async noteRead(actor: Actor, action: ReadAction, target: AuditTarget): Promise<void> {
    const author = authorOf(actor);
    if (target.type === 'user' && target.id === author.userId) return;
    const key = JSON.stringify([author.userId, author.keyId, action, target.type, target.id]);
    const now = Date.now();
    if (now - (this.reads.get(key) ?? -Infinity) < REPEAT_MS) return;
    await this.record(this.database.db, { action, author, target });
    this.reads.delete(key);
    this.reads.set(key, now);
    const [oldest] = this.reads.keys();
    if (this.reads.size > MOST_REMEMBERED && oldest !== undefined) this.reads.delete(oldest);
  }
}
