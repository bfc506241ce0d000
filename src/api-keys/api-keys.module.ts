import { Module } from '@nestjs/common';
import { AuditModule } from '../audit/audit.module.js';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeys } from './api-keys.js';

/** Requires DatabaseModule. */
@Module({ imports: [AuditModule], controllers: [ApiKeysController], providers: [ApiKeys] })
export class ApiKeysModule {}
