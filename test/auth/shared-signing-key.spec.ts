import { describe, expect, it } from '@jest/globals';
import { Database } from '../../src/database/database.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { signingSecret } from '../../src/auth/signing/signing-secret.js';
import { startStack } from '../support/stack.js';

describe('production with an outside issuer and no JWT_SECRET', () => {
  it('signs with the same key on all nodes, stored in the database', async () => {
    const stack = await startStack();
    const [app] = stack.apps as [(typeof stack.apps)[number]];
    const database = app.get(Database);
    const settings = loadSettings({
      NODE_ENV: 'production',
      DATABASE_URL: 'postgres://somewhere/else',
      ALLOWED_HOSTS: 'example.com',
      JWT_JWKS_URL: 'https://issuer.example.com/keys',
    });
    const secrets = await Promise.all(Array.from({ length: 5 }, () => signingSecret(settings, database)));
    expect(new Set(secrets).size).toBe(1);
    expect(Buffer.byteLength(secrets[0] ?? '')).toBeGreaterThanOrEqual(32);
    await stack.stop();
  });
});
