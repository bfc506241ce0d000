import { describe, expect, it } from '@jest/globals';
import { problemsOf } from '../../test/support/settings-problems.js';
import { loadSettings } from './load-settings.js';

const MEMORY = { DATABASE_URL: 'pglite://memory' };
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://tidings:secret-word@db/tidings',
  ALLOWED_HOSTS: '.example.com',
  JWT_SECRET: 'x'.repeat(32),
};

describe('loadSettings', () => {
  it('uses the defaults', () => {
    expect(loadSettings(MEMORY)).toMatchObject({
      process: {
        nodeEnv: 'development',
        host: '127.0.0.1',
        port: 8000,
        publicUrl: undefined,
        trustProxy: false,
        roles: ['api', 'realtime', 'worker'],
        demoData: true,
      },
      redis: { channelWire: 'pubsub', channelEncryptionKeys: [] },
      auth: { allowedHosts: ['localhost', '127.0.0.1', '[::1]'], jwtUserIdClaim: ['sub', 'user_id'] },
      sockets: { pingInterval: 25 },
    });
  });

  it('reads the given values', () => {
    const settings = loadSettings({
      ...MEMORY,
      PORT: '0',
      ROLES: 'realtime, worker',
      TRUST_PROXY: '1',
      PUBLIC_URL: 'https://tidings.example.com/',
      PING_INTERVAL: '0.25',
      REDIS_SENTINELS: 'a:26379,[::1]:26380',
      REDIS_SENTINEL_NAME: 'main',
      ALLOWED_HOSTS: '.example.com, https://other.example:8443,*',
      DEMO_DATA: 'false',
      JWT_SECRET: 'short but mine',
    });
    expect(settings).toMatchObject({
      process: {
        port: 0,
        roles: ['realtime', 'worker'],
        trustProxy: true,
        publicUrl: 'https://tidings.example.com',
        demoData: false,
      },
      redis: {
        redisSentinels: [
          { host: 'a', port: 26379 },
          { host: '::1', port: 26380 },
        ],
      },
      auth: { allowedHosts: ['.example.com', 'https://other.example:8443', '*'], jwtSecret: 'short but mine' },
      sockets: { pingInterval: 0.25 },
    });
  });

  it('treats an empty variable as not set', () => {
    const settings = loadSettings({ ...MEMORY, PORT: '', REDIS_URL: ' ' });
    expect([settings.process.port, settings.redis.redisUrl]).toEqual([8000, undefined]);
  });

  it.each([
    ['PORT', 'abc', 'PORT is "abc"; it must be a whole number from 0 to 65535.'],
    ['PORT', '65536', 'PORT is "65536"; it must be a whole number from 0 to 65535.'],
    ['NODE_ENV', 'staging', 'NODE_ENV is "staging"; it must be one of development, production, test.'],
    ['ROLES', 'api,foo', 'ROLES is "api,foo"; it must be a comma separated list of api, realtime, worker.'],
    ['ROLES', ',', 'ROLES is ","; it must be a comma separated list of api, realtime, worker.'],
    ['CHANNEL_WIRE', 'x', 'CHANNEL_WIRE is "x"; it must be one of pubsub, core.'],
    ['CHANNEL_CAPACITY', '0', 'CHANNEL_CAPACITY is "0"; it must be a whole number of at least 1.'],
    ['TRUST_PROXY', 'maybe', 'TRUST_PROXY is "maybe"; it must be true or false (or 1 or 0).'],
    ['PING_INTERVAL', '-1', 'PING_INTERVAL is "-1"; it must be a number of seconds, more than 0 and at most 86400.'],
    [
      'PUBLIC_URL',
      'example.com',
      'PUBLIC_URL is "example.com"; it must be a URL starting with http:// or https://, without user, query and fragment.',
    ],
    ['REDIS_CLUSTER_NODES', 'a', 'REDIS_CLUSTER_NODES is "a"; it must be a comma separated list of host:port.'],
    [
      'ALLOWED_HOSTS',
      '"example.com"',
      String.raw`ALLOWED_HOSTS is "\"example.com\""; it must be a comma separated list of hosts such as example.com, .example.com, https://example.com:8443 or *.`,
    ],
    [
      'CHANNEL_ENCRYPTION_KEYS',
      ',',
      'CHANNEL_ENCRYPTION_KEYS has an invalid value; it must be a comma separated list of keys.',
    ],
    [
      'HOST',
      'localhost:80',
      'HOST is "localhost:80"; it must be an IP address or a host name to listen on, without a port.',
    ],
    ['PORT', '8'.repeat(200), `PORT is "${'8'.repeat(100)}..."; it must be a whole number from 0 to 65535.`],
    ['CURRENCY', 'usd', 'CURRENCY is "usd"; it must be three capital letters (ISO 4217).'],
  ])('rejects %s=%s', (name, value, line) => {
    expect(problemsOf({ ...MEMORY, [name]: value })).toEqual([line]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hush@db/x'],
    ['REDIS_URL', 'http://:hush@redis'],
    ['SMTP_URL', 'hush'],
    ['REDIS_URL', 'redis://user:hush@redis/name'],
    ['REDIS_URL', 'redis://user:hu%sh@redis'],
    ['DATABASE_URL', 'postgres://user:hush%@db/x'],
    ['DATABASE_URL', 'postgres://user:1#hush@db/x'],
    ['REDIS_CLUSTER_NODES', 'redis://:hush@a:6379'],
    ['PUBLIC_URL', 'https://user:hush@example.com'],
  ])('never prints the value of %s', (name, value) => {
    const problems = problemsOf({ ...MEMORY, [name]: value });
    expect(problems).toEqual([expect.stringMatching(`^${name} has an invalid value; it must be `)]);
    expect(problems.join()).not.toContain('hush');
  });

  it('reports all problems at once, one per line', () => {
    const problems = problemsOf({ ...MEMORY, PORT: 'abc', ROLES: 'foo', REDIS_SENTINELS: 'a:1' });
    expect(problems.map((line) => line.split(' ')[0])).toEqual(['PORT', 'ROLES', 'REDIS_SENTINEL_NAME']);
    expect(problems.join('')).not.toContain('\n');
  });

  it.each([
    ['EMAIL_FROM', 'a@example.com', 'SMTP_URL'],
    ['TWILIO_ACCOUNT_SID', 'AC1', 'TWILIO_AUTH_TOKEN'],
    ['VAPID_PUBLIC_KEY', 'B', 'VAPID_SUBJECT'],
  ])('requires the other settings of a group: with %s=%s it names %s', (name, value, missing) => {
    expect(problemsOf({ ...MEMORY, [name]: value }).join('\n')).toContain(
      `${missing} is missing; it is required because ${name}`,
    );
  });

  it('rejects a cluster together with sentinels', () => {
    const redis = { REDIS_CLUSTER_NODES: 'a:1', REDIS_SENTINELS: 'b:2', REDIS_SENTINEL_NAME: 'main' };
    expect(problemsOf({ ...MEMORY, ...redis })).toHaveLength(1);
  });
});

describe('loadSettings in production', () => {
  it('requires a sender for mails', () => {
    expect(problemsOf({ ...PRODUCTION, SMTP_URL: 'smtp://mail' })).toEqual([
      'EMAIL_FROM is missing; it is required because SMTP_URL is set.',
    ]);
  });

  it('accepts the required settings, without demo data', () => {
    expect(loadSettings({ ...PRODUCTION, DEMO_DATA: 'true' }).process).toMatchObject({
      nodeEnv: 'production',
      demoData: false,
    });
  });

  it('names all missing settings', () => {
    const problems = problemsOf({ NODE_ENV: 'production' });
    expect(problems.map((line) => line.split(' ')[0]).sort()).toEqual(['ALLOWED_HOSTS', 'DATABASE_URL', 'JWT_SECRET']);
  });

  it('rejects a short secret without printing it', () => {
    const problems = problemsOf({ ...PRODUCTION, JWT_SECRET: 'swordfish' });
    expect(problems).toEqual(['JWT_SECRET has 9 bytes; production requires at least 32.']);
  });

  it('accepts JWKS instead of a secret', () => {
    const settings = loadSettings({ ...PRODUCTION, JWT_SECRET: '', JWT_JWKS_URL: 'https://id.example.com/jwks' });
    // The nodes share a key that the database stores.
    expect(settings.auth.jwtSecret).toBeUndefined();
  });
});
