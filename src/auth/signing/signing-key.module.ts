import { Module } from '@nestjs/common';
import { Settings } from '../../config/settings.js';
import { Database } from '../../database/database.js';
import { SigningKey } from './signing-key.js';
import { signingSecret } from './signing-secret.js';

/** Requires ConfigModule and DatabaseModule. */
@Module({
  providers: [
    {
      provide: SigningKey,
      inject: [Settings, Database],
      useFactory: async (settings: Settings, database: Database) =>
        new SigningKey(await signingSecret(settings, database)),
    },
  ],
  exports: [SigningKey],
})
export class SigningKeyModule {}
