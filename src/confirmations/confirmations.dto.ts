import { ApiProperty } from '@nestjs/swagger';
import { Matches } from 'class-validator';

/** Body of POST auth/confirm-email/ and auth/confirm-phone/. */
export class ConfirmationCodeDto {
  @ApiProperty({ type: String, pattern: '^\\d{6}$', description: 'The code from the message', example: '428193' })
  @Matches(/^\d{6}$/, { message: '$property must be six digits' })
  code!: string;
}

export class ConfirmationRequestedDto {
  @ApiProperty({ type: 'integer', description: 'Seconds for which the code and the link are valid', example: 86_400 })
  expires_in!: number;
}

/** An address of the user and its state. */
export class AddressStateDto {
  @ApiProperty({
    type: String,
    nullable: true,
    description: 'Null if no address is set',
    example: 'customer@example.com',
  })
  address!: string | null;

  @ApiProperty({ type: Boolean, example: true })
  confirmed!: boolean;
}

/** Response of GET auth/confirmations/. */
export class ConfirmationsDto {
  @ApiProperty({ type: AddressStateDto })
  email!: AddressStateDto;

  @ApiProperty({ type: AddressStateDto })
  phone!: AddressStateDto;

  @ApiProperty({ type: Boolean, description: 'Whether messages go to confirmed addresses only (CONFIRM_ADDRESSES)' })
  required!: boolean;
}
