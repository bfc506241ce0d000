import { Injectable } from '@nestjs/common';
import { uuidv7 } from 'uuidv7';
import { passwordLinkUrl } from '../auth/password-changes/password-link-url.js';
import { PasswordLinks } from '../auth/password-changes/password-links.js';
import { Users } from '../auth/users/users.js';
import type { User } from '../auth/users/users.js';
import { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import type { Transaction } from '../database/backend/transaction.js';
import { ServiceError } from '../errors/error/service-error.js';
import { Jobs } from '../jobs/jobs.js';
import type { Queue } from '../jobs/queue.js';
import { sendAccountMessage } from '../providers/account-message.js';
import { Providers } from '../providers/providers.js';
import { passwordMessage } from './password-message.js';
import type { PasswordMessageKind } from './password-message.js';

interface LinkJob {
  /** Created with the request, so that a repeated attempt sends the same link. */
  readonly link_id: string;
  /** As written in the request. */
  readonly email: string;
}

const LIFE_SECONDS = { reset: 3_600, invitation: 7 * 24 * 3_600 };

/** Sends the messages with links that set a password, in the background, in the language of the user. */
@Injectable()
export class PasswordResetMessages {
  private readonly resets: Queue<LinkJob>;
  private readonly invitations: Queue<LinkJob>;

  constructor(
    private readonly jobs: Jobs,
    private readonly database: Database,
    private readonly settings: Settings,
    private readonly users: Users,
    private readonly links: PasswordLinks,
    private readonly providers: Providers,
  ) {
    this.resets = jobs.declare<LinkJob>('reset_password', { concurrency: 4 });
    this.invitations = jobs.declare<LinkJob>('invite_user', { concurrency: 4 });
    jobs.handle(this.resets, ({ data }) => this.reset(data));
    jobs.handle(this.invitations, ({ data }) => this.invite(data));
  }

  /** Throws unprocessable if this installation cannot send the messages. */
  requireMail(): void {
    const off = this.providers.off('email');
    if (off !== null) throw new ServiceError('unprocessable', `The email channel is off: ${off}.`);
    if (passwordLinkUrl(this.settings, '') !== null) return;
    throw new ServiceError('unprocessable', 'PUBLIC_URL is not set, so the message could not contain a link.');
  }

  /** Enqueues the message in the caller's transaction. */
  async enqueueReset(tx: Transaction, email: string): Promise<void> {
    await this.jobs.enqueue(tx, this.resets, { link_id: uuidv7(), email });
  }

  /** Like `enqueueReset`, for an account that somebody else has created. */
  async enqueueInvitation(tx: Transaction, email: string): Promise<void> {
    await this.jobs.enqueue(tx, this.invitations, { link_id: uuidv7(), email });
  }

  /** Sends nothing to users of an outside issuer, who have no password here, and to disabled users. */
  private async reset({ link_id: linkId, email }: LinkJob): Promise<void> {
    const credentials = await this.users.findCredentials(email);
    if (credentials?.passwordHash) await this.deliver(credentials.user, linkId, 'reset');
  }

  /** Sends nothing if the account has a password meanwhile. */
  private async invite({ link_id: linkId, email }: LinkJob): Promise<void> {
    const credentials = await this.users.findCredentials(email);
    if (credentials && !credentials.passwordHash) await this.deliver(credentials.user, linkId, 'invitation');
  }

  private async deliver(user: User, id: string, kind: PasswordMessageKind): Promise<void> {
    const { email: address, disabled } = user;
    if (disabled || address === null) return;
    const link = { id, userId: user.id, email: address, lifeSeconds: LIFE_SECONDS[kind] };
    const url = passwordLinkUrl(this.settings, await this.links.create(this.database.db, link));
    const provider = this.providers.get('email');
    if (url === null || provider === null) return;
    const { defaultLanguage } = this.settings.notifications;
    const message = passwordMessage({ kind, id, url, language: user.language, defaultLanguage });
    await sendAccountMessage(provider, user, message, `${kind}.${id}`);
  }
}
