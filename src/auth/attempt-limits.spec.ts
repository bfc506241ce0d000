import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { freePort } from '../../test/support/free-port.js';
import { loadSettings } from '../config/load-settings.js';
import { AttemptLimits } from './attempt-limits.js';
import { LimiterRedis } from './limiter-redis.js';

let redis: LimiterRedis;
afterEach(() => {
  redis.onApplicationShutdown();
});

function limits(overrides: Record<string, string> = {}): AttemptLimits {
  const base = { NODE_ENV: 'test', DATABASE_URL: 'pglite://memory', LOGIN_RATE: '3', REGISTER_RATE: '2' };
  const settings = loadSettings({ ...base, ...overrides });
  redis = new LimiterRedis(settings);
  return new AttemptLimits(settings, redis);
}

describe('AttemptLimits', () => {
  it('refuses the failed login after the last allowed one, with the seconds to wait', async () => {
    const attempts = limits();
    for (let failed = 0; failed < 3; failed++) await attempts.countLogin('ada@example.com');

    await expect(attempts.countLogin('ADA@example.com')).rejects.toMatchObject({
      code: 'rate_limited',
      retryAfterSeconds: expect.any(Number),
    });
    await expect(attempts.countLogin('bob@example.com')).resolves.toBeUndefined();
  });

  it('does not count good logins', async () => {
    const attempts = limits();
    for (let good = 0; good < 10; good++) {
      await attempts.countLogin('ada@example.com');
      await attempts.forgiveLogin('ada@example.com');
    }

    await expect(attempts.countLogin('ada@example.com')).resolves.toBeUndefined();
  });

  it('keeps the failed logins counted when a good one comes between', async () => {
    const attempts = limits();
    await attempts.countLogin('ada@example.com');
    await attempts.countLogin('ada@example.com');
    await attempts.countLogin('ada@example.com');
    await attempts.forgiveLogin('ada@example.com');
    await attempts.countLogin('ada@example.com');

    await expect(attempts.countLogin('ada@example.com')).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('counts on this node while Redis is away, without waiting for it', async () => {
    Logger.overrideLogger(false);
    const attempts = limits({ REDIS_URL: `redis://127.0.0.1:${String(await freePort())}` });
    for (let failed = 0; failed < 3; failed++) await attempts.countLogin('ada@example.com');

    await expect(attempts.countLogin('ada@example.com')).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(attempts.forgiveLogin('ada@example.com')).resolves.toBeUndefined();
  });

  it('counts registrations per address', async () => {
    const attempts = limits();
    await attempts.countRegistration('192.0.2.1');
    await attempts.countRegistration('::ffff:192.0.2.1');

    await expect(attempts.countRegistration('192.0.2.1')).rejects.toMatchObject({ code: 'rate_limited' });
    await expect(attempts.countRegistration('192.0.2.2')).resolves.toBeUndefined();
  });
});
