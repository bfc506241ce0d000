import { ApiProperty } from '@nestjs/swagger';
import { IsString, Length } from 'class-validator';
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
