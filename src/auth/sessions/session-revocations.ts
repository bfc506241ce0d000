import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';

export interface EndedSession {
  readonly sessionId: string;
  readonly userId: string;
}

type Listener = (tx: Transaction, session: EndedSession) => void;

/** Reports ended sessions to other rooms, inside the transaction that ends them, so that both take effect or neither. */
@Injectable()
export class SessionRevocations {
  private readonly listeners: Listener[] = [];

  /** `listener` is called within the transaction of a logout or of a detected reuse. If it throws, the session goes on. */
  onRevoked(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** For `Sessions`. */
  revoked(tx: Transaction, session: EndedSession): void {
    for (const listener of this.listeners) listener(tx, session);
  }
}
