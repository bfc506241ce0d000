import { ApiProperty, ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { QueryFlag } from '../../input/query-flag.decorator.js';
import { IsNewPassword, MAX_PASSWORD_LENGTH } from '../passwords/new-password.decorator.js';

/** Body of POST auth/password/. */
export class ChangePasswordDto {
  @ApiProperty({ type: String, example: 'correct horse battery', maxLength: MAX_PASSWORD_LENGTH })
  @IsString()
  @Length(1, MAX_PASSWORD_LENGTH)
  current_password!: string;

  @IsNewPassword()
  new_password!: string;
}

/** Body of POST auth/password-reset/. */
export class ResetPasswordDto {
  @ApiProperty({ type: String, description: 'From the link', minLength: 56, maxLength: 56 })
  @IsString()
  @Length(1, 100)
  token!: string;

  @IsNewPassword()
  password!: string;
}

export class SessionDto {
  @ApiProperty({ type: String, example: '01936e0a-7b1c-7cc0-8a5e-3f2f6d1c9b11' })
  id!: string;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Browser and operating system, read from the User-Agent header; null if it is unknown',
    example: 'Firefox 128 on Windows 10',
  })
  device!: string | null;

  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Network address of the last sign-in or refresh; for IPv6 its /64 prefix. Null if it is unknown.',
    example: '203.0.113.7',
  })
  address!: string | null;

  @ApiProperty({ type: String, format: 'date-time' })
  created_at!: string;

  @ApiProperty({
    type: String,
    format: 'date-time',
    description: 'The last sign-in or refresh. A session in use is refreshed at least every 15 minutes.',
  })
  last_seen_at!: string;

  @ApiProperty({ type: Boolean, description: 'Whether the request came from this session', example: true })
  current!: boolean;
}

export class SessionListDto {
  @ApiProperty({ type: [SessionDto] })
  results!: SessionDto[];
}

/** Query of DELETE auth/sessions/. */
export class EndSessionsQuery {
  @QueryFlag({ description: 'Whether to keep the session of the request', default: false })
  keep_current?: boolean;
}

/** Body of POST auth/me/delete/. */
export class DeleteAccountDto {
  @ApiPropertyOptional({
    type: String,
    description: 'Your current password. Omit it if you sign in with another identity provider.',
    example: 'correct horse battery',
    maxLength: MAX_PASSWORD_LENGTH,
  })
  @IsOptional()
  @IsString()
  @Length(1, MAX_PASSWORD_LENGTH)
  password?: string;
}
