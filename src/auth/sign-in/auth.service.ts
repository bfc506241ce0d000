import { Injectable } from '@nestjs/common';
import { languageTag } from '../../locale/language.js';
import { ServiceError } from '../../errors/service-error.js';
import type { IdempotentRequest } from '../../idempotency/idempotent-request.js';
import { AttemptLimits } from '../limits/attempt-limits.js';
import type { ChangeMeDto, LoginDto, RegisterDto, TokensDto, UserDto } from './auth.dto.js';
import { Logins } from './logins.js';
import { ACCESS_TOKEN_LIFE, OwnTokens } from '../tokens/own-tokens.js';
import type { Principal } from '../principal/principal.js';
import { accessTokenId } from '../sessions/refresh-token.js';
import { Registrations } from './registrations.js';
import type { SignInClient } from './sign-in-client.decorator.js';
import { Sessions } from '../sessions/sessions.js';
import type { OpenSession } from '../sessions/sessions.js';
import { unauthenticated } from '../principal/unauthenticated.js';
import { Users } from '../users/users.js';
import type { User } from '../users/users.js';

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
   * Throws rate_limited, and conflict for a taken address. A request that is repeated signs in to the account it made; with
   * another password it is unprocessable.
   */
  async register(request: IdempotentRequest | null, body: RegisterDto, client: SignInClient): Promise<TokensDto> {
    await this.limits.countRegistration(client.address);
    const user = await this.registrations.register(request, body, client.address);
    if (user) return this.open(user, body.email, client);
    return this.login(body, client).catch((error: unknown) => {
      if (!(error instanceof ServiceError) || error.code !== 'unauthenticated') throw error;
      throw new ServiceError('unprocessable', 'This Idempotency-Key was used with another body.');
    });
  }

  /** Throws rate_limited, and unauthenticated without saying which of address and password was wrong, in words or in time. */
  async login(body: LoginDto, client: SignInClient): Promise<TokensDto> {
    return this.open(await this.logins.check(body, client), body.email, client);
  }

  /** Throws rate_limited and unauthenticated. For 30 seconds the same token gives the same answer; one that comes again later ends its session. */
  async refresh(refreshToken: string): Promise<TokensDto> {
    const sessionId = await this.sessions.find(refreshToken);
    if (sessionId !== null) await this.limits.countRefresh(sessionId);
    const session = await this.sessions.rotate(refreshToken);
    const user = await this.users.find(session.userId);
    if (!user || user.disabled) throw unauthenticated('The user of this token is disabled.');
    return this.answer(user, session);
  }

  /** Throws forbidden for an outside issuer's token. */
  async logout({ sessionId }: Principal): Promise<void> {
    if (sessionId === null) {
      throw new ServiceError('forbidden', 'This token comes from another issuer: its session can only be ended there.');
    }
    await this.sessions.end(sessionId);
  }

  /** Throws unauthenticated for a user who is gone. */
  async me({ userId }: Principal): Promise<UserDto> {
    return userView(required(await this.users.find(userId)));
  }

  /** Throws unauthenticated for a user who is gone. */
  async changeMe({ userId }: Principal, body: ChangeMeDto): Promise<UserDto> {
    const { name, phone, time_zone: timeZone } = body;
    const language = typeof body.language === 'string' ? languageTag(body.language) : body.language;
    return userView(required(await this.users.change(userId, { name, phone, language, timeZone })));
  }

  private async open(user: User, email: string, client: SignInClient): Promise<TokensDto> {
    const session = await this.sessions.open(user.id, (tx) => this.logins.noteDevice(tx, user.id, email, client));
    const answer = await this.answer(user, session);
    client.keepDeviceCookie(this.logins.deviceCookie(email, client));
    return answer;
  }

  /** The same for the same session and refresh token: a repeated refresh gets the answer of the first. */
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

/** What was never set is left out. */
function userView({ id, email, name, role, phone, language, timeZone }: User): UserDto {
  return {
    ...{ id, email, name, role },
    ...(phone !== null && { phone }),
    ...(language !== null && { language }),
    ...(timeZone !== null && { time_zone: timeZone }),
  };
}

function required(user: User | null): User {
  if (!user) throw unauthenticated('The user of this token is not known here.');
  return user;
}
