import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { PasswordResetMessages } from './password-reset-messages.js';
import { PasswordResetsController } from './password-resets.controller.js';
import { PasswordResets } from './password-resets.js';

/** Users who have forgotten their password, or were invited, get a link by e-mail that sets one. */
@Module({
  imports: [AuthModule, JobsModule, ProvidersModule],
  controllers: [PasswordResetsController],
  providers: [PasswordResetMessages, PasswordResets],
  exports: [PasswordResetMessages],
})
export class PasswordResetsModule {}
