import { ApiProperty } from '@nestjs/swagger';
import { IsAccountEmail } from '../auth/sign-in/account-email.decorator.js';

/** Body of POST auth/password-reset/request/. */
export class RequestPasswordResetDto {
  @ApiProperty({ type: String, example: 'customer@example.com', description: 'Not case-sensitive.' })
  @IsAccountEmail()
  email!: string;
}
