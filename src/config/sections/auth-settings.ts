import { Section } from '../declarations/section.js';
import { Flag, List, Text, UrlWith } from '../declarations/variable.js';

/** Tokens and origins that are accepted. */
@Section('Authentication and origins')
export class AuthSettings {
  @List({
    description:
      "The hosts whose pages may use sockets, event streams and REST, with Django's rules: an exact host, `.example.com` (the domain " +
      'and its subdomains), or `*` (all hosts, without cookies). Scheme and port are optional.',
    default: 'localhost,127.0.0.1,[::1]',
    pattern: /^(\*|([a-z][a-z\d+.-]*:\/\/)?(\[[\da-f:.]+\]|\*|\.?[\p{L}\p{N}\p{M}_.-]+)(:\d{1,5})?)$/iu,
    of: 'hosts such as example.com, .example.com, https://example.com:8443 or *',
  })
  readonly allowedHosts!: readonly string[];

  @Text({
    description:
      'The HS256 key that signs our tokens, in production at least 32 bytes. With the `SECRET_KEY` of a Django project, the tokens of ' +
      'its simplejwt are valid here too.',
    absent:
      'outside production a key is created and kept in the data folder; in production with `JWT_JWKS_URL` the nodes share a key in the ' +
      'database',
    secret: true,
  })
  readonly jwtSecret?: string;

  @UrlWith(['http', 'https'], {
    description: 'The URL of the public keys (JWKS) of another token issuer: RS256, ES256, EdDSA.',
    absent: 'only our own tokens are valid',
  })
  readonly jwtJwksUrl?: string;

  @Text({ description: 'The `iss` that tokens of the other issuer must have.', absent: '`iss` is not checked' })
  readonly jwtIssuer?: string;

  @Text({ description: 'The `aud` that tokens of the other issuer must have.', absent: '`aud` is not checked' })
  readonly jwtAudience?: string;

  @List({
    description: 'The claims that may hold the user id. The first claim that the token contains is used.',
    default: 'sub,user_id',
    of: 'claim names',
  })
  readonly jwtUserIdClaim!: readonly string[];

  @Flag({
    description:
      '`true`: create an unknown user from the claims of a valid token of the other issuer; the role is updated from the ' +
      'newest token.',
    default: 'false',
  })
  readonly jwtProvisionUsers!: boolean;

  @Text({ description: 'The claim that holds the role: `customer`, `partner` or `admin`.', default: 'role' })
  readonly jwtRoleClaim!: string;

  @Text({
    description:
      "Your front end's page that sets a new password. `{token}` is replaced with the token for `POST auth/password-reset/`.",
    absent: 'links to reset a password open a page of this service',
    pattern: /^https?:\/\/\S*\{token\}\S*$/i,
    mustBe: 'an http or https URL that contains {token}',
  })
  readonly passwordResetUrl?: string;

  @Flag({
    description: '`true`: sockets on `/ws/notifications/` without a token are accepted; they receive broadcasts only.',
    default: 'false',
  })
  readonly anonymousBroadcasts!: boolean;
}
