import { randomBytes } from 'node:crypto';
import type { Settings } from '../../config/settings.js';
import type { Database } from '../../database/database.js';
import { signingKeys } from './signing-keys.table.js';

/** JWT_SECRET. If an outside issuer makes JWT_SECRET unnecessary: a key in the database that all nodes share. */
export async function signingSecret({ auth: { jwtSecret } }: Settings, { db }: Database): Promise<string> {
  if (jwtSecret !== undefined) return jwtSecret;
  await db
    .insert(signingKeys)
    .values({ secret: randomBytes(48).toString('base64url') })
    .onConflictDoNothing();
  const [row] = await db.select().from(signingKeys);
  if (!row) throw new Error('the signing key was stored, but cannot be found');
  return row.secret;
}
