import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { AuthModule } from '../auth/auth.module.js';
import { PasswordResetsModule } from '../password-resets/password-resets.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { AccountEffects } from './account-effects.js';
import { AccountRules } from './account-rules.js';
import { UserAccounts } from './user-accounts.js';
import { UserAccountsController } from './user-accounts.controller.js';

/** Users, for administrators. Requires ConfigModule and DatabaseModule. */
@Module({
  imports: [AuditModule, AuthModule, PasswordResetsModule, RealtimeModule],
  controllers: [UserAccountsController],
  providers: [AccountEffects, AccountRules, UserAccounts],
})
export class UserAccountsModule {}
