import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from '@jest/globals';
import { readEnvironment } from './environment.js';
import type { Environment } from './environment.js';
import { InvalidSettings } from './invalid-settings.js';
import { loadSettings } from './load-settings.js';

const MEMORY = { DATABASE_URL: 'pglite://memory' };
const PRODUCTION = {
  NODE_ENV: 'production',
  DATABASE_URL: 'postgres://tidings:secret-word@db/tidings',
  ALLOWED_HOSTS: '.example.com',
  JWT_SECRET: 'x'.repeat(32),
};

function problemsOf(environment: Environment): readonly string[] {
  try {
    loadSettings(environment);
  } catch (error) {
    if (error instanceof InvalidSettings) return error.problems;
    throw error;
  }
  return [];
}

describe('loadSettings', () => {
  it('fills in the defaults', () => {
    expect(loadSettings(MEMORY)).toMatchObject({
      nodeEnv: 'development',
      host: '127.0.0.1',
      port: 8000,
      publicUrl: undefined,
      trustProxy: false,
      roles: ['api', 'realtime', 'worker'],
      channelWire: 'pubsub',
      channelEncryptionKeys: [],
      allowedHosts: ['localhost', '127.0.0.1', '[::1]'],
      jwtUserIdClaim: ['sub', 'user_id'],
      pingInterval: 25,
      demoData: true,
    });
  });

  it('reads what is given', () => {
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
      port: 0,
      roles: ['realtime', 'worker'],
      trustProxy: true,
      publicUrl: 'https://tidings.example.com',
      pingInterval: 0.25,
      redisSentinels: [
        { host: 'a', port: 26379 },
        { host: '::1', port: 26380 },
      ],
      allowedHosts: ['.example.com', 'https://other.example:8443', '*'],
      demoData: false,
      jwtSecret: 'short but mine',
    });
  });

  it('takes an empty variable for one that is not set', () => {
    const settings = loadSettings({ ...MEMORY, PORT: '', REDIS_URL: ' ' });
    expect([settings.port, settings.redisUrl]).toEqual([8000, undefined]);
  });

  it.each([
    ['PORT', 'abc', 'PORT is "abc"; it wants a whole number from 0 to 65535.'],
    ['PORT', '65536', 'PORT is "65536"; it wants a whole number from 0 to 65535.'],
    ['NODE_ENV', 'staging', 'NODE_ENV is "staging"; it wants one of development, production, test.'],
    ['ROLES', 'api,foo', 'ROLES is "api,foo"; it wants a comma separated list of api, realtime, worker.'],
    ['ROLES', ',', 'ROLES is ","; it wants a comma separated list of api, realtime, worker.'],
    ['CHANNEL_WIRE', 'x', 'CHANNEL_WIRE is "x"; it wants one of pubsub, core.'],
    ['CHANNEL_CAPACITY', '0', 'CHANNEL_CAPACITY is "0"; it wants a whole number of at least 1.'],
    ['TRUST_PROXY', 'maybe', 'TRUST_PROXY is "maybe"; it wants true or false (or 1 or 0).'],
    ['PING_INTERVAL', '-1', 'PING_INTERVAL is "-1"; it wants a number of seconds, more than 0 and at most 86400.'],
    ['PUBLIC_URL', 'example.com', 'PUBLIC_URL is "example.com"; it wants a URL starting with http:// or https://.'],
    ['REDIS_CLUSTER_NODES', 'a', 'REDIS_CLUSTER_NODES is "a"; it wants a comma separated list of host:port.'],
    ['CURRENCY', 'usd', 'CURRENCY is "usd"; it wants three capital letters (ISO 4217).'],
  ])('complains about %s=%s', (name, value, line) => {
    expect(problemsOf({ ...MEMORY, [name]: value })).toEqual([line]);
  });

  it.each([
    ['DATABASE_URL', 'mysql://root:hush@db/x'],
    ['REDIS_URL', 'http://:hush@redis'],
    ['SMTP_URL', 'hush'],
  ])('never shows the value of %s', (name, value) => {
    const problems = problemsOf({ ...MEMORY, [name]: value });
    expect(problems).toEqual([expect.stringMatching(`^${name} has a value that does not fit; it wants `)]);
    expect(problems.join()).not.toContain('hush');
  });

  it('says all problems at once, one line each', () => {
    const problems = problemsOf({ ...MEMORY, PORT: 'abc', ROLES: 'foo', REDIS_SENTINELS: 'a:1' });
    expect(problems.map((line) => line.split(' ')[0])).toEqual(['PORT', 'ROLES', 'REDIS_SENTINEL_NAME']);
    expect(problems.join('')).not.toContain('\n');
  });

  it.each([
    ['EMAIL_FROM', 'a@example.com', 'SMTP_URL'],
    ['TWILIO_ACCOUNT_SID', 'AC1', 'TWILIO_AUTH_TOKEN'],
    ['VAPID_PUBLIC_KEY', 'B', 'VAPID_SUBJECT'],
  ])('wants the rest of a set: %s without %s', (name, value, missing) => {
    expect(problemsOf({ ...MEMORY, [name]: value }).join('\n')).toContain(
      `${missing} is missing; it wants a value because ${name}`,
    );
  });

  it('refuses a cluster together with sentinels', () => {
    const redis = { REDIS_CLUSTER_NODES: 'a:1', REDIS_SENTINELS: 'b:2', REDIS_SENTINEL_NAME: 'main' };
    expect(problemsOf({ ...MEMORY, ...redis })).toHaveLength(1);
  });
});

describe('loadSettings in production', () => {
  it('wants a sender for mails', () => {
    expect(problemsOf({ ...PRODUCTION, SMTP_URL: 'smtp://mail' })).toEqual([
      'EMAIL_FROM is missing; it wants a value because SMTP_URL is set.',
    ]);
  });

  it('starts with what it wants, without demo data', () => {
    expect(loadSettings({ ...PRODUCTION, DEMO_DATA: 'true' })).toMatchObject({
      nodeEnv: 'production',
      demoData: false,
    });
  });

  it('names everything that is missing', () => {
    const problems = problemsOf({ NODE_ENV: 'production' });
    expect(problems.map((line) => line.split(' ')[0]).sort()).toEqual(['ALLOWED_HOSTS', 'DATABASE_URL', 'JWT_SECRET']);
  });

  it('refuses a short secret without showing it', () => {
    const problems = problemsOf({ ...PRODUCTION, JWT_SECRET: 'swordfish' });
    expect(problems).toEqual(['JWT_SECRET has 9 bytes; production wants at least 32.']);
  });

  it('is content with JWKS instead of a secret', () => {
    const settings = loadSettings({ ...PRODUCTION, JWT_SECRET: '', JWT_JWKS_URL: 'https://id.example.com/jwks' });
    // The nodes share one that the database keeps.
    expect(settings.jwtSecret).toBeUndefined();
  });
});

describe('the development key', () => {
  const folder = mkdtempSync(join(tmpdir(), 'tidings-config-'));
  afterAll(() => rmSync(folder, { recursive: true }));

  it('is made once and kept, for the owner only', () => {
    const environment = { DATABASE_URL: `pglite://${folder}/data` };
    const { jwtSecret } = loadSettings(environment);
    expect(loadSettings(environment).jwtSecret).toBe(jwtSecret);
    expect(readFileSync(join(folder, 'data/jwt-secret'), 'utf8')).toBe(jwtSecret);
    expect(statSync(join(folder, 'data/jwt-secret')).mode & 0o777).toBe(0o600);
  });

  it('is made anew for a database in memory', () => {
    expect(loadSettings(MEMORY).jwtSecret).not.toBe(loadSettings(MEMORY).jwtSecret);
  });

  it('is a problem where it cannot be kept', () => {
    writeFileSync(join(folder, 'file'), '');
    expect(problemsOf({ DATABASE_URL: `pglite://${folder}/file` })).toEqual([
      expect.stringContaining('JWT_SECRET is missing'),
    ]);
  });

  it('lets the real environment win over .env', () => {
    writeFileSync(join(folder, '.env'), 'PATH=from-file\nTIDINGS_SPEC_ONLY=from-file\n');
    const environment = readEnvironment(join(folder, '.env'));
    expect(environment.PATH).toBe(process.env.PATH);
    expect(environment.TIDINGS_SPEC_ONLY).toBe('from-file');
  });

  it('does without .env, but not with one it cannot read', () => {
    expect(readEnvironment(join(folder, 'none')).PATH).toBe(process.env.PATH);
    expect(() => readEnvironment(folder)).toThrow(InvalidSettings);
  });
});
