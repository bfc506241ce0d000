import type { TestProgram } from './test-program.js';

/** Debian's Python, which finds Debian's packages; another python3 earlier in PATH does not. */
export const PYTHON = '/usr/bin/python3';

/** Looks for the modules without loading them, because the checks run before every jest run. */
const python = (...modules: string[]): readonly string[] => {
  const script = 'import importlib.util as u, sys; sys.exit(not all(u.find_spec(name) for name in sys.argv[1:]))';
  return [PYTHON, '-c', script, ...modules];
};

/**
 * All programs that the tests run. This is the only list: `npm test` installs from it, and CONTRIBUTING.md refers to
 * it.
 */
export const TEST_PROGRAMS = {
  redis: {
    name: 'Redis',
    debianPackages: ['redis-server'],
    executables: ['redis-server'],
    containerised: true,
  },
  redisTools: { name: 'redis-cli', debianPackages: ['redis-tools'], executables: ['redis-cli'] },
  postgres: {
    name: 'PostgreSQL',
    debianPackages: ['postgresql'],
    executables: ['initdb', 'postgres'],
    folders: ['/usr/lib/postgresql/*/bin', '/opt/homebrew/opt/postgresql/bin'],
    containerised: true,
  },
  nginx: { name: 'nginx', debianPackages: ['nginx'], executables: ['nginx'], folders: ['/usr/sbin'] },
  openssl: { name: 'openssl', debianPackages: ['openssl'], executables: ['openssl'] },
  chromium: {
    name: 'Chromium',
    debianPackages: ['chromium'],
    executables: ['chromium'],
    substitute: 'TEST_CHROMIUM',
  },
  coturn: { name: 'coturn', debianPackages: ['coturn'], executables: ['turnserver', 'turnutils_uclient'] },
  django: {
    name: 'Django Channels',
    debianPackages: [
      'python3-django-channels',
      'python3-channels-redis',
      'python3-djangorestframework-simplejwt',
      'python3-cryptography',
      'daphne',
    ],
    probe: python('django', 'channels', 'channels_redis', 'daphne', 'rest_framework_simplejwt', 'cryptography'),
  },
  pythonRedis: {
    name: "Python's redis and msgpack",
    debianPackages: ['python3-msgpack', 'python3-redis', 'python3-cryptography'],
    probe: python('msgpack', 'redis', 'cryptography'),
  },
  php: {
    name: 'PHP with redis and msgpack',
    debianPackages: ['php-cli', 'php-redis', 'php-msgpack'],
    executables: ['php'],
    probe: ['php', '-r', 'exit(extension_loaded("redis") && extension_loaded("msgpack") ? 0 : 1);'],
  },
  go: { name: 'Go', debianPackages: ['golang-go'], executables: ['go'] },
  curl: { name: 'curl', debianPackages: ['curl'], executables: ['curl'] },
} as const satisfies Readonly<Record<string, TestProgram>>;
