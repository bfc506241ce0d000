import { Module } from '@nestjs/common';
import { ExpiringRows, Trimmer } from '../database/trimmer.js';
import { AuditController } from './audit.controller.js';
import { AuditEntries } from './audit-entries.js';
import { AuditLog } from './audit-log.js';
import { OldAuditEntries } from './old-audit-entries.js';

/** Who did what. Requires ConfigModule and DatabaseModule. */
@Module({
  controllers: [AuditController],
  providers: [AuditEntries, AuditLog, Trimmer, { provide: ExpiringRows, useClass: OldAuditEntries }],
  exports: [AuditLog],
})
export class AuditModule {}
