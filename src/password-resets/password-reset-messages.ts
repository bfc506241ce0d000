import { Injectable } from '@nestjs/common';
import { passwordLinkUrl } from '../auth/password-changes/password-link-url.js';
import { PasswordLinks } from '../auth/password-changes/password-links.js';
import { Users } from '../auth/users/users.js';
import type { User } from '../auth/users/users.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { JobFailed } from '../jobs/job.js';
import { Jobs } from '../jobs/jobs.js';
import type { Queue } from '../jobs/queue.js';
import { Providers } from '../providers/providers.js';
import { resetMessage } from './reset-message.js';

interface ResetJob {
  /** Created with the request, so that a repeated attempt sends the same link. */
  readonly link_id: string;
  /** As written in the request. */
  readonly email: string;
}

const LIFE_SECONDS = 3_600;

/** Sends the messages with links that set a new password, in the background, in the language of the user. */
@Injectable()
export class PasswordResetMessages {
  private readonly queue: Queue<ResetJob>;

  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly users: Users,
    private readonly links: PasswordLinks,
    private readonly providers: Providers,
  ) {
    this.queue = jobs.declare<ResetJob>('reset_password', { concurrency: 4 });
    jobs.handle(this.queue, ({ data }) => this.send(data));
  }

  /** Enqueues the message in the caller's transaction. */
  async enqueue(tx: Transaction, job: ResetJob): Promise<void> {
    await this.jobs.enqueue(tx, this.queue, job);
  }

  /** Sends nothing to users of an outside issuer, who have no password here, and to disabled users. */
  private async send({ link_id: linkId, email }: ResetJob): Promise<void> {
    const credentials = await this.users.findCredentials(email);
    if (!credentials?.passwordHash || credentials.user.disabled || credentials.user.email === null) return;
    await this.deliver(credentials.user, credentials.user.email, linkId);
  }

  private async deliver(user: User, address: string, id: string): Promise<void> {
    const link = { id, userId: user.id, email: address, lifeSeconds: LIFE_SECONDS };
    const url = passwordLinkUrl(this.settings, await this.links.create(this.database.db, link));
    const provider = this.providers.get('email');
    if (url === null || provider === null) return;
    const { defaultLanguage } = this.settings.notifications;
    // Without the name, because another person may have registered with this address and chosen the name.
    const recipient = { userId: user.id, email: address, phone: null, language: user.language ?? 'en', name: '' };
    const message = resetMessage({ id, url, language: user.language, defaultLanguage });
    const outcome = await provider.deliver(recipient, message, `reset.${id}`);
    if (outcome.status !== 'failed') return;
    const { error, retry, retryAfterMs } = outcome;
    throw new JobFailed(error, { retry, ...(retryAfterMs !== undefined && { retryAfterMs }) });
  }
}
