import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { AuthModule } from '../../../src/auth/auth.module.js';
import { AuthService } from '../../../src/auth/sign-in/auth.service.js';
import type { TokensDto } from '../../../src/auth/sign-in/auth.dto.js';
import { ConfigModule } from '../../../src/config/config.module.js';
import { loadSettings } from '../../../src/config/load-settings.js';
import { DatabaseModule } from '../../../src/database/database.module.js';
import { createPgliteDatabase } from '../servers/pglite-databases.js';

export const TEST_SECRET = 'a-secret-for-tests-of-at-least-32-bytes';

/** The auth room alone, on a database in memory, for tests without HTTP. The caller closes it. */
export async function openAuthRoom(overrides: Readonly<Record<string, string>> = {}): Promise<TestingModule> {
  const settings = loadSettings({
    NODE_ENV: 'test',
    DATABASE_URL: await createPgliteDatabase(),
    JWT_SECRET: TEST_SECRET,
    ...overrides,
  });
  const room = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(settings), DatabaseModule, AuthModule],
  }).compile();
  return room.init();
}

/** A newly registered user. */
export function register(room: TestingModule, email = 'customer@example.com'): Promise<TokensDto> {
  const client = { address: '127.0.0.1', deviceCookie: null, userAgent: '', keepDeviceCookie: () => undefined };
  return room.get(AuthService).register(null, { email, password: 'correct horse battery' }, client);
}
