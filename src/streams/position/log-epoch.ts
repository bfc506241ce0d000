import { Injectable, Logger } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { createHash } from 'node:crypto';
import { Database } from '../../database/database.js';
import { readEpoch } from './epoch-store.js';

const TAG_LENGTH = 8;
/** The number of tags of other logs to remember, so that their messages do not cost a query each. */
const MAX_FOREIGN = 100;

/**
 * The random id of this log. It changes when the log is restored from a backup: positions from before the restore may then
 * refer to other entries, or to none.
 */
@Injectable()
export class LogEpoch implements OnModuleInit {
  private readonly logger = new Logger('LogEpoch');
  private readonly listeners: (() => void)[] = [];
  private readonly foreignTags = new Set<string>();
  private current: { readonly epoch: string; readonly tag: string } | undefined;

  constructor(private readonly database: Database) {}

  async onModuleInit(): Promise<void> {
    await this.check();
  }

  get value(): string {
    return this.loaded.epoch;
  }

  /** A short form of the epoch, for messages between nodes. */
  get tag(): string {
    return this.loaded.tag;
  }

  /** Calls back when the epoch has changed. Everything read from the log until then is invalid. The listener must not throw. */
  onChange(listener: () => void): void {
    this.listeners.push(listener);
  }

  /** Whether the tag of another log has not been looked up before. Marks it as looked up. */
  isFirstSeen(tag: string): boolean {
    if (this.foreignTags.has(tag)) return false;
    if (this.foreignTags.size >= MAX_FOREIGN) this.foreignTags.clear();
    this.foreignTags.add(tag);
    return true;
  }

  /** Reads the epoch from the database. Throws if the database is unavailable. */
  async check(): Promise<void> {
    const epoch = await readEpoch(this.database);
    if (epoch === this.current?.epoch) return;
    const isFirst = this.current === undefined;
    this.current = { epoch, tag: createHash('sha256').update(epoch).digest('base64url').slice(0, TAG_LENGTH) };
    this.foreignTags.clear();
    if (isFirst) return;
    this.logger.warn(
      'the log was restored from a backup: all sockets are closed, and clients must read the state again',
    );
    for (const listener of this.listeners) listener();
  }

  private get loaded(): { readonly epoch: string; readonly tag: string } {
    if (!this.current) throw new Error('the epoch was requested before the module was initialised');
    return this.current;
  }
}
