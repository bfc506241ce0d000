import { readEnvironment } from '../config/environment.js';
import { InvalidSettings } from '../config/values/invalid-settings.js';
import { loadSettings } from '../config/load-settings.js';
import { Database } from '../database/database.js';
import { DatabaseStartFailed } from '../database/backend/database-start-failed.js';
import { disablePublishedAccounts } from '../demo/published-accounts.js';

/** Disables the demo accounts in the database of DATABASE_URL. Run this before a trial installation goes into production. */
try {
  const database = await Database.open(loadSettings(readEnvironment()).database.databaseUrl);
  const disabled = await disablePublishedAccounts(database);
  await database.close();
  const lines = disabled.map((email) => `disabled ${email}`);
  process.stdout.write(`${lines.length === 0 ? 'no demo account has its published password' : lines.join('\n')}\n`);
} catch (error) {
  const isExpected = error instanceof DatabaseStartFailed || error instanceof InvalidSettings;
  process.stderr.write(`${isExpected ? error.message : String(error)}\n`);
  process.exitCode = 1;
}
