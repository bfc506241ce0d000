import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { AccountRules } from './account-rules.js';
import { UserAccounts } from './user-accounts.js';
import { UserAccountsController } from './user-accounts.controller.js';

/** Users, for administrators. Requires ConfigModule and DatabaseModule. */
@Module({
  imports: [AuthModule, RealtimeModule],
  controllers: [UserAccountsController],
  providers: [AccountRules, UserAccounts],
})
export class UserAccountsModule {}
