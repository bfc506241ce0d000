import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional, IsString, Length, MaxLength, ValidateIf } from 'class-validator';
import { IsLanguage } from '../../locale/language.js';
import { IsTimeZone } from '../../locale/time-zone.js';
import { IsStorableText } from '../../database/storable-text.js';
import { MAX_USER_NAME_LENGTH } from '../users/user-limits.js';
import { IsPhone } from '../users/phone-number.js';
import { IsNewPassword, MAX_PASSWORD_LENGTH } from '../passwords/new-password.decorator.js';
import { IsAccountEmail, Trimmed } from './account-email.decorator.js';
import { ROLES } from '../principal/principal.js';
import type { Role } from '../principal/principal.js';

/** The roles that users may choose at registration. */
const OPEN_ROLES = ['customer', 'partner'] as const;

export class LoginDto {
  /** Not case-sensitive. */
  @ApiProperty({ type: String, example: 'customer@example.com', description: 'Not case-sensitive.' })
  @IsAccountEmail()
  email!: string;

  @ApiProperty({ type: String, example: 'tidings-demo' })
  @IsString()
  @Length(1, MAX_PASSWORD_LENGTH)
  password!: string;
}

export class RegisterDto {
  /** One account per address. Not case-sensitive. */
  @ApiProperty({ type: String, example: 'new.customer@example.com', description: 'One account per address.' })
  @IsAccountEmail()
  email!: string;

  /** 8 to 128 characters, and hard to guess (`PasswordStrength`). */
  @IsNewPassword()
  password!: string;

  /** At most 100 characters. Default: empty. */
  @ApiPropertyOptional({ type: String, example: 'Ada Lovelace', maxLength: MAX_USER_NAME_LENGTH })
  @IsOptional()
  @Trimmed()
  @IsString()
  @MaxLength(MAX_USER_NAME_LENGTH)
  @IsStorableText()
  name?: string;

  /** Administrators cannot register. Default: customer. */
  @ApiPropertyOptional({ enum: OPEN_ROLES, default: 'customer', example: 'customer' })
  @IsOptional()
  @IsIn(OPEN_ROLES)
  role?: (typeof OPEN_ROLES)[number];
}

export class RefreshDto {
  /** Each refresh replaces it. */
  @ApiProperty({ type: String, description: 'The refresh token from login, registration or the last refresh.' })
  @IsString()
  @Length(1, 4096)
  refresh_token!: string;
}

export class UserDto {
  @ApiProperty({ type: String, example: '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11' })
  id!: string;

  /** Null if a user of an outside issuer has no address. */
  @ApiProperty({ type: String, nullable: true, example: 'customer@example.com' })
  email!: string | null;

  @ApiProperty({ type: String, example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ enum: ROLES, example: 'customer' })
  role!: Role;

  /** E.164. Absent if not set. */
  @ApiPropertyOptional({
    type: String,
    description: 'Number in E.164 format; absent if not set',
    example: '+493012345678',
  })
  phone?: string;

  /** BCP 47. Absent if not set. */
  @ApiPropertyOptional({ type: String, description: 'Language tag (BCP 47); absent if not set', example: 'de' })
  language?: string;

  /** IANA name. Absent if not set. */
  @ApiPropertyOptional({ type: String, description: 'IANA name; absent if not set', example: 'Europe/Berlin' })
  time_zone?: string;
}

/** Body of PATCH auth/me. Omitted members stay unchanged; null deletes the value. */
export class ChangeMeDto {
  @ApiPropertyOptional({ type: String, example: 'Ada Lovelace', maxLength: MAX_USER_NAME_LENGTH })
  @ValidateIf((_, value) => value !== undefined)
  @Trimmed()
  @IsString()
  @MaxLength(MAX_USER_NAME_LENGTH)
  @IsStorableText()
  name?: string;

  @ApiPropertyOptional({
    type: String,
    nullable: true,
    description: 'With its country code; kept in E.164 form',
    example: '+49 30 12345678',
  })
  @IsOptional()
  @IsPhone()
  phone?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'Language tag (BCP 47)', example: 'de' })
  @IsOptional()
  @IsLanguage()
  language?: string | null;

  @ApiPropertyOptional({ type: String, nullable: true, description: 'IANA name', example: 'Europe/Berlin' })
  @IsOptional()
  @IsTimeZone()
  time_zone?: string | null;
}

export class TokensDto {
  /** For `Authorization: Bearer`. */
  @ApiProperty({ type: String, description: 'Send it as Authorization: Bearer.' })
  access_token!: string;

  /** Send it to auth/refresh, which returns a new one. Valid for 30 days. */
  @ApiProperty({ type: String, description: 'Send it to auth/refresh, which returns a new one. Valid for 30 days.' })
  refresh_token!: string;

  /** Seconds until the access token expires. */
  @ApiProperty({ type: Number, example: 900, description: 'Seconds until the access token expires.' })
  expires_in!: number;

  @ApiProperty({ type: UserDto })
  user!: UserDto;
}
