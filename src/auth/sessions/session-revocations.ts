import { Injectable } from '@nestjs/common';
import type { Transaction } from '../../database/backend/transaction.js';

export interface EndedSession {
  readonly sessionId: string;
  readonly userId: string;
}

type Listener = (tx: Transaction, session: EndedSession) => void;

/** Reports ended sessions to other rooms, inside the transaction that ends them: both take effect or neither does. */
@Injectable()
export class SessionRevocations {
  private readonly listeners: Listener[] = [];

  /** `listener` is called inside the transaction that ends the session. If it throws, the session is not ended. */
  onRevoked(listener: Listener): void {
    this.listeners.push(listener);
  }

  /** Only `Sessions` calls this. */
  revoked(tx: Transaction, session: EndedSession): void {
    for (const listener of this.listeners) listener(tx, session);
  }
}
