import { Injectable } from '@nestjs/common';
import { Users } from '../../auth/users/users.js';
import { Database } from '../../database/database.js';
import type { Transaction } from '../../database/backend/transaction.js';
import { Jobs } from '../../jobs/jobs.js';
import type { Queue } from '../../jobs/queue.js';
import { sendAccountMessage } from '../../providers/account-message.js';
import { Providers } from '../../providers/providers.js';
import { CHANNEL_OF } from '../store/address-kind.js';
import { ConfirmationWriter } from './confirmation-writer.js';
import { ConfirmationsRepository } from '../store/confirmations.repository.js';

interface ConfirmationJob {
  readonly confirmation_id: string;
}

/** Sends the messages that request a confirmation, in the background, in the language of the user. */
@Injectable()
export class ConfirmationMessages {
  private readonly queue: Queue<ConfirmationJob>;

  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly users: Users,
    private readonly providers: Providers,
    private readonly writer: ConfirmationWriter,
    private readonly repository: ConfirmationsRepository,
  ) {
    this.queue = jobs.declare<ConfirmationJob>('confirm_address', { concurrency: 4 });
    jobs.handle(this.queue, ({ data }) => this.send(data.confirmation_id));
  }

  /** Enqueues the message in the caller's transaction. */
  async enqueue(tx: Transaction, confirmationId: string): Promise<void> {
    await this.jobs.enqueue(tx, this.queue, { confirmation_id: confirmationId });
  }

  private async send(id: string): Promise<void> {
    const confirmation = await this.repository.find(this.database.db, id);
    const user = confirmation && (await this.users.find(confirmation.userId));
    if (!confirmation || confirmation.endedAt || !user || user.disabled) return;
    if (user[confirmation.kind] !== confirmation.address) return;
    const provider = this.providers.get(CHANNEL_OF[confirmation.kind]);
    await sendAccountMessage(provider, user, this.writer.write(confirmation, user), `confirm.${id}`);
  }
}
