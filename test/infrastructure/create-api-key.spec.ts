import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rest } from '../support/clients/rest.js';
import { compileSources } from '../support/servers/compiled-sources.js';
import type { CompiledSources } from '../support/servers/compiled-sources.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const run = promisify(execFile);

describe('`create-api-key`', () => {
  let stack: Stack;
  let compiled: CompiledSources;

  beforeAll(async () => {
    compiled = compileSources();
    stack = await startStack({}, 'servers');
  }, 120_000);
  afterAll(async () => {
    await stack.stop();
    compiled.remove();
  });

  const createApiKey = (...args: readonly string[]): Promise<{ stdout: string; stderr: string }> =>
    run(process.execPath, [join(compiled.folder, 'dist/main.js'), 'create-api-key', ...args], {
      env: { ...process.env, ...stack.environment },
    });

  it('prints a key that the running service accepts for these scopes', async () => {
    const { stdout, stderr } = await createApiKey('Web shop', 'notifications:read, orders:read');
    expect([stdout, stderr]).toEqual([expect.stringMatching(/^tdk_[0-9a-z]{11}_[0-9a-z]{50}\n$/), '']);
    const token = stdout.trim();
    expect(await rest(stack.url, 'GET /api/orders/', { token })).toMatchObject({ status: 200 });
    expect(await rest(stack.url, 'GET /api/notifications/batches/', { token })).toMatchObject({ status: 200 });
    expect(await rest(stack.url, 'GET /api/users/', { token })).toMatchObject({ status: 403 });

    const { accessToken } = await stack.people.admin();
    const listed = await rest<{ results: { id: string; prefix: string }[] }>(stack.url, 'GET /api/api-keys/', {
      token: accessToken,
    });
    const created = listed.body.results.find(({ prefix }) => prefix === token.slice(0, 15));
    expect(created).toMatchObject({ name: 'Web shop', created_by: null });
    const line = `GET /api/audit/?action=api_key_created&target_id=${String(created?.id)}`;
    const audit = await rest(stack.url, line, { token: accessToken });
    expect(audit.body).toMatchObject({
      results: [{ actor_type: null, actor_id: null, details: { name: 'Web shop' } }],
    });
  });

  it('rejects other arguments in one line', async () => {
    for (const [args, line] of [
      [['Web shop'], 'Usage: node dist/main.js create-api-key NAME SCOPES'],
      [['', 'orders:read'], 'The name of an API key has 1 to 100 characters.'],
      [['x', 'orders:read,everything'], '"everything" is not a scope. The scopes are notifications:send,'],
    ] as const) {
      const failure: unknown = await createApiKey(...args).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(line) });
      expect((failure as { stderr: string }).stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});
