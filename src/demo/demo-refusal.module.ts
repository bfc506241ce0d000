import { Injectable, Module } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Database } from '../database/database.js';
import { refusePublishedAccounts } from './published-accounts.js';

@Injectable()
class DemoRefusal implements OnModuleInit {
  constructor(private readonly database: Database) {}

  onModuleInit(): Promise<void> {
    return refusePublishedAccounts(this.database);
  }
}

/** In production, makes startup fail while demo accounts have their published password. */
@Module({ providers: [DemoRefusal] })
export class DemoRefusalModule {}
