import { Injectable } from '@nestjs/common';
import { languageTag } from '../../locale/language.js';
import { ServiceError } from '../../errors/error/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import type { ChangeMeDto, LoginDto, RegisterDto, TokensDto, UserDto } from './auth.dto.js';
import { Logins } from './logins.js';
import { ACCESS_TOKEN_LIFE, OwnTokens } from '../tokens/own-tokens.js';
import type { Principal } from '../principal/principal.js';
import { accessTokenId } from '../sessions/refresh-tokens.js';
import { Registrations } from './registrations.js';
import type { SignInClient } from './sign-in-client.decorator.js';
import { Sessions } from '../sessions/sessions.js';
import type { OpenSession } from '../sessions/sessions.js';
import { unauthenticated } from '../principal/unauthenticated.js';
import { Users } from '../users/users.js';
import type { Credentials, User } from '../users/users.js';

@Injectable()
export class AuthService {
  constructor(
    private readonly users: Users,
    private readonly sessions: Sessions,
    private readonly ownTokens: OwnTokens,
    private readonly limits: AttemptLimits,
    private readonly registrations: Registrations,
    private readonly logins: Logins,
  ) {}

  /**
   * Throws rate_limited, and conflict if the address is taken. A repeated request signs in to the account that the first request
   * created. A repeated request with another password is unprocessable.
   */
  async register(request: IdempotentRequest | null, body: RegisterDto, client: SignInClient): Promise<TokensDto> {
    await this.limits.countRegistration(client.address);
    const credentials = await this.registrations.register(request, body, client.address);
    if (credentials) return this.open(credentials, body.email, client);
    return this.login(body, client).catch((error: unknown) => {
      if (!(error instanceof ServiceError) || error.code !== 'unauthenticated') throw error;
      throw new ServiceError('unprocessable', 'This Idempotency-Key was used with another body.');
    });
  }

  /** Throws rate_limited and unauthenticated. Neither message nor timing shows whether the address or the password was wrong. */
  async login(body: LoginDto, client: SignInClient): Promise<TokensDto> {
    return this.open(await this.logins.check(body, client), body.email, client);
  }

  /**
   * Throws rate_limited and unauthenticated. For 30 seconds, the same token gives the same response. A later repetition ends its
   * session.
   */
  async refresh(refreshToken: string, client: SignInClient): Promise<TokensDto> {
    const sessionId = await this.sessions.find(refreshToken);
    if (sessionId !== null) await this.limits.countRefresh(sessionId);
    const session = await this.sessions.rotate(refreshToken, client);
    const user = await this.users.find(session.userId);
    if (!user || user.disabled) throw unauthenticated('The user of this token is disabled.');
    return this.answer(user, session);
  }

  /** Throws forbidden for a token of an outside issuer. */
  async logout({ sessionId }: Principal): Promise<void> {
    if (sessionId === null) {
      throw new ServiceError('forbidden', 'This token is from another issuer; only that issuer can end its session.');
    }
    await this.sessions.end(sessionId);
  }

  /** Throws unauthenticated if the user no longer exists. */
  async me({ userId }: Principal): Promise<UserDto> {
    return userView(required(await this.users.find(userId)));
  }

  /** Throws unauthenticated if the user no longer exists. */
  async changeMe({ userId }: Principal, body: ChangeMeDto): Promise<UserDto> {
    const { name, phone, time_zone: timeZone } = body;
    const language = typeof body.language === 'string' ? languageTag(body.language) : body.language;
    return userView(required(await this.users.change(userId, { name, phone, language, timeZone })));
  }

  private async open(credentials: Credentials, email: string, client: SignInClient): Promise<TokensDto> {
    const { user } = credentials;
    const session = await this.sessions.open(user.id, client, (tx) =>
      this.logins.admit(tx, credentials, email, client),
    );
    const answer = await this.answer(user, session);
    client.keepDeviceCookie(this.logins.deviceCookie(email, client));
    return answer;
  }

  /** The response is the same for the same session and refresh token, so a repeated refresh gets the response of the first. */
  private async answer(user: User, { sessionId, refreshToken, issuedAt }: OpenSession): Promise<TokensDto> {
    const { id, role } = user;
    const issue = { at: issuedAt, id: accessTokenId(refreshToken) };
    return {
      access_token: await this.ownTokens.sign('access', { userId: id, sessionId, role }, issue),
      refresh_token: refreshToken,
      expires_in: ACCESS_TOKEN_LIFE,
      user: userView(user),
    };
  }
}

/** Omits members that are not set. */
function userView({ id, email, name, role, phone, language, timeZone }: User): UserDto {
  return {
    id,
    email,
    name,
    role,
    ...(phone !== null && { phone }),
    ...(language !== null && { language }),
    ...(timeZone !== null && { time_zone: timeZone }),
  };
}

function required(user: User | null): User {
  if (!user) throw unauthenticated('The user of this token does not exist.');
  return user;
}
