import { Module } from '@nestjs/common';
import { APP_GUARD } from '@nestjs/core';
import { JwtModule } from '@nestjs/jwt';
import { AuditModule } from '../audit/audit.module.js';
import { ApiKeyVerifier } from './api-keys/api-key-verifier.js';
import { OwnSessionsController } from './own-sessions/own-sessions.controller.js';
import { PasswordsController } from './password-changes/passwords.controller.js';
import { AttemptLimits } from './limits/attempt-limits.js';
import { AuthController } from './sign-in/auth.controller.js';
import { AuthService } from './sign-in/auth.service.js';
import { EmailKeyBackfill } from './users/email-key-backfill.js';
import { Identities } from './users/identities.js';
import { IssuerKeys } from './tokens/issuer-keys.js';
import { JwtAuthGuard } from './guards/jwt-auth.guard.js';
import { JwtStrategy } from './guards/jwt.strategy.js';
import { KnownDevices } from './sessions/known-devices.js';
import { LimiterRedis } from './limits/limiter-redis.js';
import { LoginLimits } from './limits/login-limits.js';
import { Logins } from './sign-in/logins.js';
import { Origins } from './origin/origins.js';
import { OwnTokens } from './tokens/own-tokens.js';
import { AccountDeletion } from './personal-data/account-deletion.js';
import { AccountExport } from './personal-data/account-export.js';
import { OwnPassword } from './password-changes/own-password.js';
import { PersonalData } from './personal-data/personal-data.js';
import { PersonalDataController } from './personal-data/personal-data.controller.js';
import { SignInData } from './personal-data/sign-in-data.js';
import { OwnSessions } from './own-sessions/own-sessions.js';
import { PasswordByLink } from './password-changes/password-by-link.js';
import { PasswordReplacement } from './password-changes/password-replacement.js';
import { PasswordChanges } from './password-changes/password-changes.js';
import { PasswordLinks } from './password-changes/password-links.js';
import { PasswordPageController } from './password-changes/password-page.controller.js';
import { PasswordStrength } from './passwords/password-strength.js';
import { Passwords } from './passwords/passwords.js';
import { RegistrationEvents } from './sign-in/registration-events.js';
import { RefreshTokens } from './sessions/refresh-tokens.js';
import { Registrations } from './sign-in/registrations.js';
import { RequestLimitGuard } from './limits/request-limit.guard.js';
import { RequestLimits } from './limits/request-limits.js';
import { AccessGuard } from './principal/access.guard.js';
import { SessionRevocations } from './sessions/session-revocations.js';
import { Sessions } from './sessions/sessions.js';
import { SigningKey } from './signing/signing-key.js';
import { SigningKeyModule } from './signing/signing-key.module.js';
import { TokenAuthenticator } from './tokens/token-authenticator.js';
import { UserEvents } from './users/user-events.js';
import { UserProvisioning } from './tokens/user-provisioning.js';
import { Users } from './users/users.js';
import { WebSocketTokens } from './tokens/web-socket-tokens.js';
import { SecurityEvents } from './sessions/security-events.js';
import { SignInRecord } from './sign-in/sign-in-record.js';
import { SignInDevices } from './sign-in/sign-in-devices.js';

const jwt = JwtModule.registerAsync({
  imports: [SigningKeyModule],
  inject: [SigningKey],
  useFactory: ({ key }: SigningKey) => ({ secretOrKeyProvider: () => key }),
});

/** Users, sessions, tokens, and the guards that run before every HTTP route. Requires ConfigModule and DatabaseModule. */
@Module({
  imports: [jwt, AuditModule, SigningKeyModule],
  controllers: [
    AuthController,
    OwnSessionsController,
    PasswordPageController,
    PasswordsController,
    PersonalDataController,
  ],
  providers: [
    AccountDeletion,
    AccountExport,
    ApiKeyVerifier,
    AttemptLimits,
    AuthService,
    EmailKeyBackfill,
    Identities,
    IssuerKeys,
    JwtStrategy,
    KnownDevices,
    LimiterRedis,
    LoginLimits,
    Logins,
    Origins,
    OwnPassword,
    OwnSessions,
    OwnTokens,
    PasswordByLink,
    PasswordChanges,
    PasswordLinks,
    PasswordReplacement,
    Passwords,
    PasswordStrength,
    PersonalData,
    RegistrationEvents,
    RefreshTokens,
    Registrations,
    RequestLimits,
    SecurityEvents,
    SessionRevocations,
    Sessions,
    SignInData,
    SignInDevices,
    SignInRecord,
    TokenAuthenticator,
    UserEvents,
    UserProvisioning,
    Users,
    WebSocketTokens,
    // The order matters: authentication, then the request limit, then roles and scopes.
    { provide: APP_GUARD, useClass: JwtAuthGuard },
    { provide: APP_GUARD, useClass: RequestLimitGuard },
    { provide: APP_GUARD, useClass: AccessGuard },
  ],
  exports: [
    AttemptLimits,
    IssuerKeys,
    Origins,
    PasswordLinks,
    PasswordStrength,
    PersonalData,
    RegistrationEvents,
    RequestLimits,
    SecurityEvents,
    SessionRevocations,
    Sessions,
    SigningKeyModule,
    TokenAuthenticator,
    UserEvents,
    Users,
    WebSocketTokens,
  ],
})
export class AuthModule {}
