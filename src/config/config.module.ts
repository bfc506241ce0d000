import { Logger, Module } from '@nestjs/common';
import type { DynamicModule, OnModuleInit } from '@nestjs/common';
import { productionWarnings } from './production-risks.js';
import { Settings } from './settings.js';

/** Provides the settings that were loaded before the application was built, and logs warnings about risky settings. */
@Module({})
export class ConfigModule implements OnModuleInit {
  constructor(private readonly settings: Settings) {}

  static forRoot(settings: Settings): DynamicModule {
    return {
      module: ConfigModule,
      global: true,
      providers: [{ provide: Settings, useValue: settings }],
      exports: [Settings],
    };
  }

  onModuleInit(): void {
    const logger = new Logger('Settings');
    for (const warning of productionWarnings(this.settings)) logger.warn(warning);
  }
}
