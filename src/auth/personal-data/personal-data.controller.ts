import { Readable } from 'node:stream';
import { Body, Controller, Get, Header, HttpCode, HttpStatus, Post, StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiNoContentResponse, ApiOkResponse, ApiOperation, ApiTags } from '@nestjs/swagger';
import { CurrentPrincipal } from '../principal/current-principal.decorator.js';
import type { Principal } from '../principal/principal.js';
import { SignInClientParam } from '../sign-in/sign-in-client.decorator.js';
import type { SignInClient } from '../sign-in/sign-in-client.decorator.js';
import { DeleteAccountDto } from './delete-account.dto.js';
import { AccountDeletion } from './account-deletion.js';
import { AccountExport } from './account-export.js';

/** The rights of users over their data: to get a copy, and to have it deleted. */
@ApiTags('auth')
@ApiBearerAuth()
@Controller('auth/me')
export class PersonalDataController {
  constructor(
    private readonly exports: AccountExport,
    private readonly deletion: AccountDeletion,
  ) {}

  @Get('export')
  @Header('cache-control', 'no-store')
  @ApiOperation({
    summary: 'Export everything that is stored about you',
    description: 'One JSON document with an array for each kind of data. At most 10 exports in an hour.',
  })
  @ApiOkResponse({ content: { 'application/json': { schema: { type: 'object', additionalProperties: true } } } })
  async export(@CurrentPrincipal() { userId }: Principal): Promise<StreamableFile> {
    const parts = await this.exports.open(userId);
    return new StreamableFile(Readable.from(parts, { objectMode: false }), {
      type: 'application/json',
      disposition: 'attachment; filename="account.json"',
    });
  }

  @Post('delete')
  @HttpCode(HttpStatus.NO_CONTENT)
  @ApiOperation({
    summary: 'Delete your account',
    description:
      'Ends all sessions and deletes your personal data for good; docs/accounts.md says what stays. 409 while you take part in an open order, and for the only ' +
      'administrator.',
  })
  @ApiNoContentResponse()
  delete(
    @CurrentPrincipal() principal: Principal,
    @Body() { password }: DeleteAccountDto,
    @SignInClientParam() client: SignInClient,
  ): Promise<void> {
    return this.deletion.delete(principal, password, client);
  }
}
