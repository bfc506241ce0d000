import type { Message } from '../../channel-layer/interface/message.js';
import { asOf } from '../../streams/bus/entry-id.js';

/** The largest `as_of` received, per name and type: publishers of the same state may overtake each other. */
export class EphemeralVersions {
  private readonly newest = new Map<string, Map<string, number>>();

  /** Whether a message of this type with a larger `as_of` was received before. Never true for a message without `as_of`. */
  isOutdated(name: string, message: Message): boolean {
    const version = asOf(message);
    if (version === null) return false;
    const byType = this.newest.get(name) ?? new Map<string, number>();
    if (version < (byType.get(message.type) ?? 0)) return true;
    this.newest.set(name, byType.set(message.type, version));
    return false;
  }

  forget(name: string): void {
    this.newest.delete(name);
  }

  clear(): void {
    this.newest.clear();
  }
}
