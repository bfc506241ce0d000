import { ApiProperty, ApiPropertyOptional, IntersectionType, PartialType, PickType } from '@nestjs/swagger';
import { IsBoolean, IsIn, IsOptional, IsString, Length, MaxLength, ValidateIf } from 'class-validator';
import { ROLES } from '../auth/principal/principal.js';
import type { Role } from '../auth/principal/principal.js';
import { RegisterDto } from '../auth/sign-in/auth.dto.js';
import { MAX_EMAIL_LENGTH, MAX_USER_NAME_LENGTH } from '../auth/users/user-limits.js';
import { IsStorableText } from '../database/storable-text.js';
import { QueryFlag } from '../input/query-flag.decorator.js';
import { PageQuery } from '../pagination/page.js';

/** The query of GET users/. */
export class UserListQuery extends PageQuery {
  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_EMAIL_LENGTH,
    description: 'Only users whose id, e-mail address or name contains this text. Not case-sensitive',
  })
  @IsOptional()
  @Length(1, MAX_EMAIL_LENGTH)
  @IsStorableText()
  search?: string;

  @ApiPropertyOptional({
    type: String,
    maxLength: MAX_EMAIL_LENGTH,
    description: 'Only the user with this e-mail address, found as a login finds it. Fast with any number of users',
    example: 'customer@example.com',
  })
  @IsOptional()
  @Length(1, MAX_EMAIL_LENGTH)
  @IsStorableText()
  email?: string;

  @ApiPropertyOptional({ enum: ROLES, description: 'Only users with this role' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @QueryFlag({ description: 'true: only disabled users, false: only the others' })
  disabled?: boolean;
}

/** Body of POST users/: as for a registration, but with any role, and with or without a password. */
export class CreateUserDto extends IntersectionType(
  PickType(RegisterDto, ['email', 'name'] as const),
  PartialType(PickType(RegisterDto, ['password'] as const)),
) {
  @ApiPropertyOptional({ enum: ROLES, default: 'customer', example: 'partner' })
  @IsOptional()
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Whether the address is known to belong to the user. Otherwise the user confirms it before e-mail is sent there',
  })
  @IsOptional()
  @IsBoolean()
  email_confirmed?: boolean;

  @ApiPropertyOptional({
    type: Boolean,
    default: false,
    description:
      'Sends an e-mail with a link that sets the password and confirms the address, for 7 days. Not together with `password`',
  })
  @IsOptional()
  @IsBoolean()
  invite?: boolean;
}

/** Body of PATCH users/{id}/. Omitted members stay unchanged. */
export class ChangeUserDto {
  @ApiPropertyOptional({ type: String, maxLength: MAX_USER_NAME_LENGTH, example: 'Ada Lovelace' })
  @ValidateIf((_, value) => value !== undefined)
  @IsString()
  @MaxLength(MAX_USER_NAME_LENGTH)
  @IsStorableText()
  name?: string;

  @ApiPropertyOptional({ enum: ROLES, example: 'partner' })
  @ValidateIf((_, value) => value !== undefined)
  @IsIn(ROLES)
  role?: Role;

  @ApiPropertyOptional({ type: Boolean, description: 'A disabled user is rejected everywhere', example: true })
  @ValidateIf((_, value) => value !== undefined)
  @IsBoolean()
  disabled?: boolean;
}

/** An account as administrators see it. */
export class UserAccountDto {
  @ApiProperty({ type: String, example: '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11' })
  id!: string;

  @ApiProperty({ type: String, nullable: true, example: 'customer@example.com' })
  email!: string | null;

  @ApiProperty({ type: Boolean, description: 'Whether the user has confirmed the address' })
  email_confirmed!: boolean;

  @ApiProperty({ type: String, example: 'Ada Lovelace' })
  name!: string;

  @ApiProperty({ enum: ROLES, example: 'customer' })
  role!: Role;

  @ApiProperty({ type: String, nullable: true, description: 'In E.164 format', example: '+493012345678' })
  phone!: string | null;

  @ApiProperty({ type: Boolean, description: 'Whether the user has confirmed the number' })
  phone_confirmed!: boolean;

  @ApiProperty({ type: String, nullable: true, description: 'Language tag (BCP 47)', example: 'de' })
  language!: string | null;

  @ApiProperty({ type: String, nullable: true, description: 'IANA name', example: 'Europe/Berlin' })
  time_zone!: string | null;

  @ApiProperty({ type: Boolean, description: 'false: the user signs in with another identity provider, or not at all' })
  has_password!: boolean;

  @ApiProperty({ type: Boolean })
  disabled!: boolean;

  @ApiProperty({ type: String, format: 'date-time', example: '2026-11-21T09:30:00.000Z' })
  created_at!: string;
}

export class UserAccountPageDto {
  @ApiProperty({ type: [UserAccountDto] })
  results!: UserAccountDto[];

  @ApiProperty({ type: String, nullable: true, description: 'Cursor of the next page; null on the last page' })
  next_cursor!: string | null;
}
