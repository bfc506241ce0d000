import { Controller, Get, Query, Req, Res } from '@nestjs/common';
import type { StreamableFile } from '@nestjs/common';
import { ApiBearerAuth, ApiExtraModels, ApiOkResponse, ApiOperation, ApiTags, getSchemaPath } from '@nestjs/swagger';
import type { Request, Response } from 'express';
import { ApiKeyScope } from '../auth/principal/api-key-scope.decorator.js';
import { Roles } from '../auth/principal/roles.decorator.js';
import { csvAnswer, csvFile, listFormat } from '../pagination/csv-file.js';
import type { Page } from '../pagination/page.js';
import { AuditEntries } from './audit-entries.js';
import type { AuditEntry } from './audit-entries.js';
import { AuditPageDto, AuditQuery } from './audit.dto.js';

const COLUMNS = [
  'id',
  'created_at',
  'action',
  'actor_type',
  'actor_id',
  'address',
  'target_type',
  'target_id',
  'details',
] as const satisfies readonly (keyof AuditEntry)[];

@ApiTags('audit')
@ApiBearerAuth()
@Roles('admin')
@Controller('audit')
export class AuditController {
  constructor(private readonly entries: AuditEntries) {}

  @Get()
  @ApiKeyScope('audit:read')
  @ApiOperation({
    summary: 'List who did what',
    description:
      'For administrators. Entries cannot be changed, and are deleted after AUDIT_DAYS. With `?format=csv` or `Accept: text/csv`, a CSV ' +
      'file with all entries that match.',
  })
  @ApiExtraModels(AuditPageDto)
  @ApiOkResponse({
    content: {
      'application/json': { schema: { $ref: getSchemaPath(AuditPageDto) } },
      'text/csv': { schema: { type: 'string' } },
    },
  })
  async list(
    @Query() query: AuditQuery,
    @Req() request: Request,
    @Res({ passthrough: true }) response: Response,
  ): Promise<Page<AuditEntry> | StreamableFile> {
    if (listFormat(query.format, request, response) === 'json') return this.entries.list(query);
    return csvAnswer(csvFile(COLUMNS, await this.entries.file(query)), 'audit', response);
  }
}
