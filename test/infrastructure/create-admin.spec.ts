import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { rest } from '../support/clients/rest.js';
import type { RestAnswer } from '../support/clients/rest.js';
import { compileSources } from '../support/servers/compiled-sources.js';
import type { CompiledSources } from '../support/servers/compiled-sources.js';
import { query } from '../support/servers/postgres-databases.js';
import { startStack } from '../support/stack.js';
import type { Stack } from '../support/stack.js';

const run = promisify(execFile);
const PUBLIC_URL = 'https://tidings.example';
const PASSWORD = 'quiet otters at dawn';

describe('`create-admin`', () => {
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

  async function createAdmin(
    args: readonly string[],
    settings: Readonly<Record<string, string>> = {},
  ): Promise<string[]> {
    const { stdout } = await run(process.execPath, [join(compiled.folder, 'dist/main.js'), 'create-admin', ...args], {
      env: { ...process.env, ...stack.environment, PUBLIC_URL, ...settings },
    });
    return stdout.trimEnd().split('\n');
  }
  const onThisNode = (link = ''): string => link.replace(PUBLIC_URL, stack.url);
  const setPassword = (link: string | undefined): Promise<number> =>
    fetch(onThisNode(link), { method: 'POST', body: new URLSearchParams({ password: PASSWORD }) }).then(
      ({ status }) => status,
    );
  const signIn = (email: string): Promise<RestAnswer<{ user: object }>> =>
    rest(stack.url, 'POST /api/auth/login', { body: { email, password: PASSWORD } });

  it('prints a link that sets the password of a new administrator once', async () => {
    const [done, intro, link] = await createAdmin(['ada@example.com']);

    expect([done, intro]).toEqual([
      'Created the administrator ada@example.com.',
      'Open this link within 24 hours to set the password. It works once:',
    ]);
    expect(await (await fetch(onThisNode(link))).text()).toContain('ada@example.com');
    expect(await setPassword(link)).toBe(200);
    expect(await signIn('ada@example.com')).toMatchObject({ status: 200, body: { user: { role: 'admin' } } });
    expect(await setPassword(link)).toBe(404);
  });

  it('replaces the link when it is called again, and keeps the password until the link is used', async () => {
    const [, , first] = await createAdmin(['bella@example.com']);
    await setPassword(first);
    const [, , second] = await createAdmin(['bella@example.com']);
    const [done, , third] = await createAdmin(['Bella@Example.com']);

    expect(done).toBe('bella@example.com is an administrator already.');
    expect([await setPassword(first), await setPassword(second)]).toEqual([404, 404]);
    expect((await signIn('bella@example.com')).status).toBe(200);
    expect(await setPassword(third)).toBe(200);
  });

  it('makes an existing account an administrator', async () => {
    const carla = await stack.people.customer();
    await query(
      stack.environment.DATABASE_URL ?? '',
      `update users set email_confirmed_at = now() where id = '${carla.id}'`,
    );
    const [done] = await createAdmin([carla.email]);

    expect(done).toBe(`${carla.email} is now an administrator; the role was customer.`);
    const me = await rest(stack.url, 'GET /api/auth/me', { token: carla.accessToken });
    expect(me).toMatchObject({ status: 200, body: { role: 'admin' } });
  });

  it('gives an account with an unconfirmed address only to the owner of the link', async () => {
    const mallory = await stack.people.customer();
    const [, , link] = await createAdmin([mallory.email]);

    const me = await rest(stack.url, 'GET /api/auth/me', { token: mallory.accessToken });
    const login = { body: { email: mallory.email, password: mallory.password } };
    expect([me.status, (await rest(stack.url, 'POST /api/auth/login', login)).status]).toEqual([401, 401]);
    expect(await setPassword(link)).toBe(200);
    expect(await signIn(mallory.email)).toMatchObject({ status: 200, body: { user: { role: 'admin' } } });
  });

  it('prints a path if the address of the service is unknown', async () => {
    const settings = { PUBLIC_URL: '', PORT: '0' };
    const [, , path, hint] = await createAdmin(['cleo@example.com'], settings);

    expect(path).toMatch(/^\/api\/auth\/password-reset\/link\/[\w-]{56}\/$/);
    expect(hint).toBe('PUBLIC_URL is not set: put the address of the service in front of the path.');
    expect(await setPassword(`${stack.url}${path}`)).toBe(200);
  });

  it('rejects other arguments and disabled accounts in one line', async () => {
    const dora = await stack.people.customer('Dora');
    await query(stack.environment.DATABASE_URL ?? '', `update users set disabled = true where id = '${dora.id}'`);

    for (const [args, line] of [
      [[], 'Usage: node dist/main.js create-admin EMAIL'],
      [['ada@example.com', 'extra'], 'Usage: node dist/main.js create-admin EMAIL'],
      [['ada'], '"ada" is not an e-mail address.'],
      [[dora.email], `The account ${dora.email} is disabled.`],
    ] as const) {
      const failure: unknown = await createAdmin(args).catch((error: unknown) => error);
      expect(failure).toMatchObject({ code: 1, stdout: '', stderr: expect.stringContaining(line) });
      expect((failure as { stderr: string }).stderr.trimEnd().split('\n')).toHaveLength(1);
    }
  });
});
