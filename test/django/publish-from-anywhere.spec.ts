import { execFile } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { createApiKey } from '../support/clients/api-keys.js';
import { markedBlocks } from '../support/documents/document.js';
import type { MarkedBlock } from '../support/documents/document.js';
import { djangoToken } from '../support/peers/issuer.js';
import { requireProgram } from '../support/programs/test-program.js';
import { PYTHON, TEST_PROGRAMS } from '../support/programs/test-programs.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { open } from '../support/clients/socket-client.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const DOCUMENT = 'docs/publish-from-anywhere.md';
const SECRET = 'a-secret-for-tests-of-at-least-32-bytes';
const CORE = { CHANNEL_WIRE: 'core' };
const KEYS = { CHANNEL_ENCRYPTION_KEYS: 'the first of CHANNEL_ENCRYPTION_KEYS' };
const LANGUAGES: Readonly<Record<string, { file: string; command: (file: string) => [string, ...string[]] }>> = {
  sh: { file: 'snippet.sh', command: (file) => ['/bin/sh', file] },
  python: { file: 'snippet.py', command: (file) => [PYTHON, file] },
  php: { file: 'snippet.php', command: (file) => ['php', file] },
  go: { file: 'snippet.go', command: (file) => ['go', 'run', file] },
};

let folder: string;
let redis: RedisServer;
let token: string;

beforeAll(async () => {
  const { pythonRedis, php, go, redisTools, curl } = TEST_PROGRAMS;
  for (const program of [pythonRedis, php, go, redisTools, curl]) requireProgram(program);
  folder = mkdtempSync(join(tmpdir(), 'tidings-snippets-'));
  redis = await startRedis();
  token = await djangoToken(SECRET, { user_id: 7 });
}, 180_000);
afterAll(async () => {
  await redis.stop();
  rmSync(folder, { recursive: true, force: true });
});

/** Runs a block of the document unchanged, except for the addresses. */
async function run({ label, text, line }: MarkedBlock, url: string, key: string): Promise<void> {
  const language = LANGUAGES[label.split(' ')[1] ?? ''];
  if (!language) throw new Error(`${DOCUMENT}, line ${line}: no command runs ${label}`);
  const file = join(folder, language.file);
  writeFileSync(file, text.replaceAll('6379', String(redis.port)).replaceAll('http://localhost:8000', url));
  const [program, ...words] = language.command(file);
  const env = {
    ...process.env,
    TIDINGS_KEY: key,
    GOFLAGS: '-mod=mod',
    GO111MODULE: 'off',
    GOCACHE: join(folder, 'go'),
  };
  await promisify(execFile)(program, words, { env });
}

describe(`${DOCUMENT}, every example`, () => {
  const blocks = markedBlocks(DOCUMENT, 'run');
  const kinds = [...new Set(blocks.map(({ label }) => label.split(' ')[0] ?? ''))];

  it('has a kind that this spec can run', () => {
    expect(kinds).toEqual(['pubsub', 'core', 'encrypted', 'http']);
    expect(blocks.length).toBeGreaterThan(7);
  });

  it.each(kinds)(
    'of %s reaches the socket of user 7',
    async (kind) => {
      const settings = { ...(kind === 'core' && CORE), ...(kind === 'encrypted' && KEYS) };
      const stack: Stack = await startStack(
        { REDIS_URL: redis.url, JWT_SECRET: SECRET, JWT_PROVISION_USERS: 'true', CHANNEL_PREFIX: 'asgi', ...settings },
        'servers',
      );
      try {
        const { key } = await createApiKey(stack, await stack.people.admin(), ['notifications:send']);
        const socket = await open(`${stack.url}/ws/notifications/`, { token, ignore: ['unread_count'] });
        await socket.expectMessage('connection_established');
        for (const block of blocks.filter(({ label }) => label.startsWith(`${kind} `))) {
          await run(block, stack.url, key);
          const message = /From [\w ,]+/.exec(block.text)?.[0];
          await socket.expectMessage({ type: 'notification', notification: { title: 'Hello', message } });
        }
        await socket.expectNothing();
        await socket.close();
      } finally {
        await stack.stop();
      }
    },
    180_000,
  );
});
