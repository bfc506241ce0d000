import { Body, Controller, Get, HttpCode, HttpStatus, Param, Patch, Post, Query } from '@nestjs/common';
import {
  ApiAcceptedResponse,
  ApiBearerAuth,
  ApiCreatedResponse,
  ApiOkResponse,
  ApiOperation,
  ApiTags,
} from '@nestjs/swagger';
import { ApiIdempotencyKey } from '../idempotency/api-idempotency-key.decorator.js';
import { AuditLog } from '../audit/audit-log.js';
import type { Actor } from '../auth/principal/actor.js';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { CurrentActor } from '../auth/principal/current-principal.decorator.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { IdempotentRequestParam } from '../idempotency/idempotent-request.decorator.js';
import type { IdempotentRequest } from '../idempotency/idempotent-request.js';
import type { Page } from '../pagination/page.js';
import { UserAccounts } from './user-accounts.js';
import {
  ChangeUserDto,
  CreateUserDto,
  UserAccountDto,
  UserAccountPageDto,
  UserListQuery,
} from './user-accounts.dto.js';

/** `users/{id}/preferences/` and `users/{id}/devices/` are in the rooms `preferences` and `providers`. */
@ApiTags('users')
@ApiBearerAuth()
@Roles('admin')
@Controller('users')
export class UserAccountsController {
  constructor(
    private readonly accounts: UserAccounts,
    private readonly audit: AuditLog,
  ) {}

  @Get()
  @ApiKeyScope('users:read')
  @ApiOperation({ summary: 'List and search users, newest first', description: 'For administrators.' })
  @ApiOkResponse({ type: UserAccountPageDto })
  list(@Query() query: UserListQuery): Promise<Page<UserAccountDto>> {
    return this.accounts.list(query);
  }

  @Get(':id')
  @ApiKeyScope('users:read')
  @ApiOperation({ summary: 'Get a user', description: 'For administrators.' })
  @ApiOkResponse({ type: UserAccountDto })
  async find(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<UserAccountDto> {
    const account = await this.accounts.find(id);
    await this.audit.noteRead(actor, 'user_read', { type: 'user', id });
    return account;
  }

  @Post()
  @ApiKeyScope('users:write')
  @ApiOperation({
    summary: 'Create a user',
    description:
      'For administrators. API keys cannot create administrators. Without a password, the user cannot sign in ' +
      'with one, unless `invite` sends a link that sets it. 422 if e-mail is not configured.',
  })
  @ApiIdempotencyKey()
  @ApiCreatedResponse({ type: UserAccountDto })
  create(
    @IdempotentRequestParam() request: IdempotentRequest | null,
    @CurrentActor() actor: Actor,
    @Body() body: CreateUserDto,
  ): Promise<UserAccountDto> {
    return this.accounts.create(request, actor, body);
  }

  @Post(':id/invite')
  @ApiKeyScope('users:write')
  @HttpCode(HttpStatus.ACCEPTED)
  @ApiOperation({
    summary: 'Send another invitation to a user without a password',
    description:
      'For administrators. 409 if the user has a password, is disabled or has no address; 422 if e-mail is not configured.',
  })
  @ApiAcceptedResponse({ description: 'Accepted' })
  invite(@CurrentActor() actor: Actor, @Param('id') id: string): Promise<void> {
    return this.accounts.inviteAgain(actor, id);
  }

  @Patch(':id')
  @ApiKeyScope('users:write')
  @ApiOperation({
    summary: 'Change the name or the role of a user, or disable and enable the user',
    description:
      'For administrators. Disabling a user ends all sessions and closes the open sockets on every node. Sockets that a new role may not ' +
      'open are closed. 409 for your own role and account, for the last ' +
      'administrator, and for a role that the identity provider determines. API keys cannot change administrators.',
  })
  @ApiOkResponse({ type: UserAccountDto })
  change(@CurrentActor() actor: Actor, @Param('id') id: string, @Body() body: ChangeUserDto): Promise<UserAccountDto> {
    return this.accounts.change(actor, id, body);
  }
}
