import { describe, expect, it } from '@jest/globals';
import { requireAccessToken } from './access-token-kind.js';

const BASE = { iss: 'https://id.example.com/', sub: '7', aud: 'tidings', exp: 4_000_000_000 };

describe('an outside token', () => {
  it.each([
    ['Auth0', { scope: 'openid', azp: 'client', permissions: [] }, 'JWT'],
    ['Auth0, RFC 9068', { client_id: 'client' }, 'at+jwt'],
    ['RFC 9068 with a nonce', { nonce: 'n' }, 'application/AT+JWT'],
    ['Cognito', { token_use: 'access', client_id: 'client', scope: 'openid' }, undefined],
    ['Keycloak', { typ: 'Bearer', azp: 'web', nonce: 'n', session_state: 's', realm_access: {} }, 'JWT'],
    ['Entra', { scp: 'access_as_user', ver: '2.0', azp: 'client' }, 'JWT'],
    ['simplejwt', { token_type: 'access', user_id: 7, jti: 'x' }, 'JWT'],
    ['Firebase', { iss: 'https://securetoken.google.com/shop', auth_time: 1, firebase: {}, user_id: '7' }, 'JWT'],
    ['Google', { iss: 'https://accounts.google.com', at_hash: 'h', nonce: 'n', azp: 'client' }, 'JWT'],
    ['an issuer that states nothing', {}, undefined],
  ])('is an access token: %s', (_, claims, type) => {
    expect(() => requireAccessToken({ ...BASE, ...claims }, type)).not.toThrow();
  });

  it.each([
    ['ID token of Auth0', { nonce: 'n', sid: 's' }, 'JWT'],
    ['ID token with an access token', { at_hash: 'h' }, 'JWT'],
    ['ID token with a code', { c_hash: 'h' }, undefined],
    ['ID token of Cognito', { token_use: 'id', at_hash: 'h' }, undefined],
    ['ID token of Keycloak', { typ: 'ID', at_hash: 'h' }, 'JWT'],
    ['refresh token of Keycloak', { typ: 'Refresh' }, 'JWT'],
    ['refresh token of simplejwt', { token_type: 'refresh' }, 'JWT'],
    ['token with a kind that is not a string', { token_use: ['access'] }, 'JWT'],
    ['logout token', { events: { 'http://schemas.openid.net/event/backchannel-logout': {} } }, 'logout+jwt'],
    ['logout token without a type', { events: {} }, undefined],
    ['proof of possession', {}, 'dpop+jwt'],
    [
      'ID token of an issuer whose name begins like Google',
      { iss: 'https://accounts.google.com.evil.test', nonce: 'n' },
      'JWT',
    ],
  ])('is not an access token: %s', (_, claims, type) => {
    expect(() => requireAccessToken({ ...BASE, ...claims }, type)).toThrow(/is not an access token/);
  });
});
