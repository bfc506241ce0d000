import { afterEach, describe, expect, it } from '@jest/globals';
import { Logger } from '@nestjs/common';
import { freePort } from '../../../test/support/servers/free-port.js';
import { loadSettings } from '../../config/load-settings.js';
import { AttemptLimits } from './attempt-limits.js';
import { LimiterRedis } from './limiter-redis.js';
import { LoginLimits } from './login-limits.js';
import type { LoginAttempt } from './login-limits.js';

let redis: LimiterRedis;
afterEach(() => {
  redis.onApplicationShutdown();
});

function settings(overrides: Record<string, string>): ReturnType<typeof loadSettings> {
  const rates = { LOGIN_RATE: '3', LOGIN_ADDRESS_RATE: '5', REGISTER_RATE: '2', REFRESH_RATE: '2' };
  return loadSettings({ NODE_ENV: 'test', DATABASE_URL: 'pglite://memory', ...rates, ...overrides });
}

function limits(overrides: Record<string, string> = {}): LoginLimits {
  const read = settings(overrides);
  redis = new LimiterRedis(read);
  return new LoginLimits(read, redis);
}

const from = (address: string, account = 'ada@example.com', device: string | null = null): LoginAttempt => ({
  address,
  account,
  device,
});
const refused = { code: 'rate_limited', retryAfterSeconds: expect.any(Number) };

describe('LoginLimits', () => {
  it('rejects further failed logins of an account from an address after the last permitted one', async () => {
    const attempts = limits();
    for (let failed = 0; failed < 3; failed++) await attempts.count(from('192.0.2.1'));

    await expect(attempts.count(from('192.0.2.1'))).rejects.toMatchObject(refused);
    await expect(attempts.count(from('192.0.2.1', 'bob@example.com'))).resolves.toBeUndefined();
  });

  it('does not count successful logins, and keeps the count of failed ones', async () => {
    const attempts = limits();
    for (let good = 0; good < 10; good++) {
      await attempts.count(from('192.0.2.1'));
      await attempts.forgive(from('192.0.2.1'));
    }
    for (let failed = 0; failed < 3; failed++) await attempts.count(from('192.0.2.1'));
    await expect(attempts.count(from('192.0.2.1'))).rejects.toMatchObject(refused);
  });

  it('rejects an address that tries many accounts, for longer each time', async () => {
    const attempts = limits();
    for (let account = 0; account < 5; account++) await attempts.count(from('192.0.2.1', `${account}@example.com`));

    await expect(attempts.count(from('192.0.2.1', '6@example.com'))).rejects.toMatchObject({ retryAfterSeconds: 60 });
    await expect(attempts.count(from('192.0.2.2', '6@example.com'))).resolves.toBeUndefined();
  });

  it('allows one attempt per address after LOGIN_RATE failures over all addresses, and never rejects an address without failures', async () => {
    const attempts = limits();
    for (let index = 0; index < 3; index++) await attempts.count(from(`192.0.2.${index}`));
    for (let index = 10; index < 30; index++) {
      await expect(attempts.count(from(`192.0.2.${index}`))).resolves.toBeUndefined();
      await expect(attempts.count(from(`192.0.2.${index}`))).rejects.toMatchObject(refused);
    }
    const late = from('192.0.2.100');
    await attempts.count(late);
    await attempts.forgive(late);
    await expect(attempts.count(late)).resolves.toBeUndefined();
    // 23 failures are 20 over the limit of 3: 60 seconds, doubled 6 times, but at most an hour.
    await expect(attempts.count(late)).rejects.toMatchObject({ retryAfterSeconds: 3_600 });
  });

  it('counts a known device separately from its address', async () => {
    const attempts = limits();
    for (let failed = 0; failed < 3; failed++) await attempts.count(from('192.0.2.1'));
    await expect(attempts.count(from('192.0.2.1'))).rejects.toMatchObject(refused);

    const device = from('192.0.2.1', 'ada@example.com', 'laptop');
    for (let failed = 0; failed < 3; failed++) await attempts.count(device);
    await expect(attempts.count(device)).rejects.toMatchObject(refused);
  });

  it('counts on this node while Redis is unavailable, without waiting for it', async () => {
    Logger.overrideLogger(false);
    const attempts = limits({ REDIS_URL: `redis://127.0.0.1:${String(await freePort())}` });
    for (let failed = 0; failed < 3; failed++) await attempts.count(from('192.0.2.1'));

    await expect(attempts.count(from('192.0.2.1'))).rejects.toMatchObject(refused);
    await expect(attempts.forgive(from('192.0.2.1'))).resolves.toBeUndefined();
  });
});

describe('AttemptLimits', () => {
  it('counts registrations per address and refreshes per session', async () => {
    const read = settings({});
    redis = new LimiterRedis(read);
    const attempts = new AttemptLimits(read, redis);
    for (let count = 0; count < 2; count++) {
      await attempts.countRegistration('192.0.2.1');
      await attempts.countRefresh('one');
    }

    await expect(attempts.countRegistration('192.0.2.1')).rejects.toMatchObject(refused);
    await expect(attempts.countRegistration('192.0.2.2')).resolves.toBeUndefined();
    await expect(attempts.countRefresh('one')).rejects.toMatchObject(refused);
    await expect(attempts.countRefresh('two')).resolves.toBeUndefined();
  });
});
