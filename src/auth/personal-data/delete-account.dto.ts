import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsOptional, IsString, Length } from 'class-validator';
import { MAX_PASSWORD_LENGTH } from '../passwords/new-password.decorator.js';

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
