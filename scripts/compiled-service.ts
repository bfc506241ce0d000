import { Test } from '@nestjs/testing';
import type { OpenAPIObject } from '@nestjs/swagger';
import type * as apiDocs from '../src/api-docs.js';
import type * as apiPrefix from '../src/api-prefix.js';
import type * as appModule from '../src/app.module.js';
import type * as settingsLoader from '../src/config/load-settings.js';
import type * as databaseRoom from '../src/database/database.js';
import type { AsyncApiDocument } from '../src/realtime/async-api/async-api.js';

/**
 * `npm run generate:contract` compiles the service into this folder, because only `nest build` runs the plugin that describes DTO
 * classes.
 */
const COMPILED = '../node_modules/.cache/tidings-contract';
const SERVER = new URL('ws://localhost:8000');

/** The API documents of the service. */
export interface Contract {
  readonly openApi: OpenAPIObject;
  readonly asyncApi: AsyncApiDocument;
}

/** Creates the application without a database, does not start it, and returns its documents. */
export async function readContract(): Promise<Contract> {
  const { loadSettings } = await load<typeof settingsLoader>('config/load-settings.js');
  const { AppModule } = await load<typeof appModule>('app.module.js');
  const { Database } = await load<typeof databaseRoom>('database/database.js');
  const { prefixRoutes } = await load<typeof apiPrefix>('api-prefix.js');
  const { openApi, asyncApi } = await load<typeof apiDocs>('api-docs.js');
  const settings = loadSettings({ NODE_ENV: 'test', DATABASE_URL: 'pglite://memory', JWT_SECRET: 'never used' });
  const testing = Test.createTestingModule({ imports: [AppModule.forRoot(settings)] });
  const module = await testing.overrideProvider(Database).useValue({}).compile();
  const app = module.createNestApplication({ logger: false });
  prefixRoutes(app);
  return { openApi: openApi(app), asyncApi: asyncApi(app, SERVER) };
}

async function load<T>(path: string): Promise<T> {
  return (await import(`${COMPILED}/${path}`)) as T;
}
