import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { IdempotencyModule } from '../idempotency/idempotency.module.js';
import { AttemptLimits } from './attempt-limits.js';
import { AuthController } from './auth.controller.js';
import { AuthService } from './auth.service.js';
import { EmailKeys } from './email-keys.js';
import { Identities } from './identities.js';
import { IssuerKeys } from './issuer-keys.js';
import { JwtAuthGuard } from './jwt-auth.guard.js';
import { JwtStrategy } from './jwt.strategy.js';
import { KnownDevices } from './known-devices.js';
import { LimiterRedis } from './limiter-redis.js';
import { LoginLimits } from './login-limits.js';
import { Logins } from './logins.js';
import { Origins } from './origins.js';
import { OwnTokens } from './own-tokens.js';
import { PasswordStrength } from './password-strength.js';
import { Passwords } from './passwords.js';
import { RegistrationEvents } from './registration-events.js';
import { RefreshTokens } from './refresh-token.js';
import { Registrations } from './registrations.js';
import { RequestLimitGuard } from './request-limit.guard.js';
import { RequestLimits } from './request-limits.js';
import { RolesGuard } from './roles.guard.js';
import { SessionRevocations } from './session-revocations.js';
import { Sessions } from './sessions.js';
import { SigningKey } from './signing-key.js';
import { SigningKeyModule } from './signing-key.module.js';
import { TokenAuthenticator } from './token-authenticator.js';
import { UserProvisioning } from './user-provisioning.js';
import { Users } from './users.js';
import { WebSocketTokens } from './web-socket-tokens.js';

const jwt = JwtModule.registerAsync({
  imports: [SigningKeyModule],
  inject: [SigningKey],
  useFactory: ({ key }: SigningKey) => ({ secretOrKeyProvider: () => key }),
});

/** Users, sessions, tokens, and the guards that stand before every HTTP route. Wants ConfigModule and DatabaseModule. */
@Module({
  imports: [jwt, IdempotencyModule, SigningKeyModule],
  controllers: [AuthController],
  providers: [
    AttemptLimits,
    AuthService,
    EmailKeys,
    Identities,
    IssuerKeys,
    JwtStrategy,
    KnownDevices,
    LimiterRedis,
    LoginLimits,
    Logins,
    Origins,
    OwnTokens,
    Passwords,
    PasswordStrength,
    RegistrationEvents,
    RefreshTokens,
    Registrations,
    RequestLimits,
    SessionRevocations,
    Sessions,
    TokenAuthenticator,
    UserProvisioning,
    Users,
    WebSocketTokens,
    // In this order: who it is, how often they ask, whether they may.
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: RequestLimitGuard },
    { provide: APP_GUARD, useClass: RolesGuard },
  ],
  exports: [
    IssuerKeys,
    Origins,
    RegistrationEvents,
    RequestLimits,
    SessionRevocations,
    SigningKeyModule,
    TokenAuthenticator,
    Users,
    WebSocketTokens,
  ],
})
export class AuthModule {}
