import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { JobsModule } from '../jobs/jobs.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { ConfirmationAnswers } from './confirmation-answers.js';
import { ConfirmationData } from './confirmation-data.js';
import { ConfirmationMessages } from './messages/confirmation-messages.js';
import { ConfirmationPageController } from './confirmation-page.controller.js';
import { ConfirmationTokens } from './messages/confirmation-tokens.js';
import { ConfirmationWriter } from './messages/confirmation-writer.js';
import { ConfirmationsController } from './confirmations.controller.js';
import { Confirmations } from './confirmations.js';
import { ConfirmationsRepository } from './store/confirmations.repository.js';
import { WelcomeConfirmations } from './welcome-confirmations.js';

/** Users confirm their e-mail addresses and phone numbers before other messages are sent to them. */
@Module({
  imports: [AuthModule, JobsModule, ProvidersModule],
  controllers: [ConfirmationPageController, ConfirmationsController],
  providers: [
    ConfirmationData,
    ConfirmationAnswers,
    ConfirmationMessages,
    Confirmations,
    ConfirmationsRepository,
    ConfirmationTokens,
    ConfirmationWriter,
    WelcomeConfirmations,
  ],
})
export class ConfirmationsModule {}
