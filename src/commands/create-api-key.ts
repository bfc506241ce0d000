import { ApiKeys } from '../api-keys/api-keys.js';
import { AuditLog } from '../audit/audit-log.js';
import { SCOPES } from '../auth/principal/scopes.js';
import type { Scope } from '../auth/principal/scopes.js';
import type { Settings } from '../config/settings.js';
import { Database } from '../database/database.js';
import { CommandRejected } from './command-rejected.js';

const MAX_NAME_LENGTH = 100;

/**
 * Implements `node dist/main.js create-api-key NAME SCOPES`, for installations that are set up by scripts: prints a new API key, and
 * nothing else, to standard output. `scopes` is comma separated. Throws CommandRejected and DatabaseStartFailed.
 */
export async function createApiKey(
  { database: { databaseUrl } }: Settings,
  name: string,
  scopes: string,
): Promise<void> {
  if (name.trim() === '' || name.length > MAX_NAME_LENGTH) {
    throw new CommandRejected(`The name of an API key has 1 to ${MAX_NAME_LENGTH} characters.`);
  }
  const request = { name, scopes: scopesIn(scopes), expiresAt: null };
  const database = await Database.open(databaseUrl);
  try {
    const keys = new ApiKeys(database, new AuditLog(database));
    const { key } = await keys.create(null, { userId: null, keyId: null }, request);
    process.stdout.write(`${key}\n`);
  } finally {
    await database.close();
  }
}

function scopesIn(list: string): Scope[] {
  return [...new Set(list.split(','))].map((word) => {
    const scope = SCOPES.find((each) => each === word.trim());
    if (!scope) throw new CommandRejected(`"${word}" is not a scope. The scopes are ${SCOPES.join(', ')}.`);
    return scope;
  });
}
