import { describe, expect, it } from '@jest/globals';
import { loadSettings } from './load-settings.js';
import { productionWarnings } from './production-risks.js';

const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://user:password@db/tidings',
  ALLOWED_HOSTS: 'example.com',
  JWT_SECRET: 'x'.repeat(32),
};
const JWKS = 'https://id.example.com/jwks';
const CHECKED = { JWT_ISSUER: 'https://id.example.com/', JWT_AUDIENCE: 'tidings' };

describe('risky settings in production', () => {
  it.each([
    [{ ALLOWED_HOSTS: '*' }, 'PUBLIC_URL'],
    [{ ALLOWED_HOSTS: 'example.com,*' }, 'PUBLIC_URL'],
    [{ JWT_JWKS_URL: 'http://id.example.com/jwks', ...CHECKED }, 'http://'],
    [
      { JWT_JWKS_URL: 'https://www.googleapis.com/oauth2/v3/certs', JWT_ISSUER: 'https://accounts.google.com' },
      'JWT_AUDIENCE',
    ],
    [{ JWT_JWKS_URL: 'https://login.microsoftonline.com/common/discovery/v2.0/keys' }, 'JWT_AUDIENCE'],
  ])('prevent startup: %j', (overrides, reason) => {
    expect(() => loadSettings({ ...PRODUCTION, ...overrides })).toThrow(reason);
    expect(() => loadSettings({ ...PRODUCTION, ...overrides, NODE_ENV: 'test' })).not.toThrow();
  });

  it.each([
    [{}, []],
    [{ JWT_JWKS_URL: JWKS, ...CHECKED }, []],
    [{ ALLOWED_HOSTS: '*', PUBLIC_URL: 'https://example.com' }, ['ALLOWED_HOSTS=*']],
    [{ JWT_JWKS_URL: JWKS }, ['JWT_ISSUER and JWT_AUDIENCE not set']],
    [{ JWT_JWKS_URL: JWKS, JWT_ISSUER: 'https://id.example.com/' }, ['JWT_AUDIENCE not set']],
    [{ JWT_JWKS_URL: 'http://keycloak:8080/jwks', ...CHECKED }, ['http://']],
    [{ JWT_JWKS_URL: 'http://127.0.0.1:8080/jwks', ...CHECKED }, ['http://']],
  ])('cause a warning at startup: %j', (overrides, warnings) => {
    const found = productionWarnings(loadSettings({ ...PRODUCTION, ...overrides }));
    expect(found).toEqual(warnings.map((text) => expect.stringContaining(text)));
  });
});
