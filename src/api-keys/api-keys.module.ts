import { Module } from '@nestjs/common';
import { ApiKeysController } from './api-keys.controller.js';
import { ApiKeys } from './api-keys.js';

/** Requires DatabaseModule. */
@Module({ controllers: [ApiKeysController], providers: [ApiKeys] })
export class ApiKeysModule {}
