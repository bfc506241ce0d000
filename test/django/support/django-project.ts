import { execFile, execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { freePort } from '../../support/servers/free-port.js';
import { requireProgram } from '../../support/programs/test-program.js';
import { PYTHON, TEST_PROGRAMS } from '../../support/programs/test-programs.js';
import { must } from '../../support/clients/rest.js';
import { ServerProcess } from '../../support/servers/server-process.js';
import { open } from '../../support/clients/socket-client.js';
import type { SocketClient } from '../../support/clients/socket-client.js';

const PROJECT = join(import.meta.dirname, '../project');
const BACKENDS = { pubsub: 'pubsub.RedisPubSubChannelLayer', core: 'core.RedisChannelLayer' } as const;

export type Wire = keyof typeof BACKENDS;

export interface DjangoOptions {
  readonly redisUrl: string;
  readonly wire: Wire;
  /** The SECRET_KEY of the project. */
  readonly secret: string;
  /** Further members of CONFIG of its channel layer. Default: none, as in Django's tutorial. */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** The accounts of the project with their ids. */
export type Account = 'carla' | 'paul' | 'ada';

/** The Django project of `test/django/project`, served by Daphne. */
export class DjangoProject {
  private constructor(
    readonly url: string,
    readonly port: number,
    private readonly server: ServerProcess,
    private readonly env: Readonly<Record<string, string>>,
  ) {}

  static async start({ redisUrl, wire, secret, config = {} }: DjangoOptions): Promise<DjangoProject> {
    requireProgram(TEST_PROGRAMS.django);
    const folder = mkdtempSync(join(tmpdir(), 'tidings-django-'));
    const port = await freePort();
    const env: Record<string, string> = {
      PYTHONPATH: PROJECT,
      PYTHONDONTWRITEBYTECODE: '1',
      DJANGO_SETTINGS_MODULE: 'mysite.settings',
      SECRET_KEY: secret,
      SQLITE_FILE: join(folder, 'db.sqlite3'),
      REDIS_URL: redisUrl,
      CHANNEL_BACKEND: `channels_redis.${BACKENDS[wire]}`,
      CHANNEL_CONFIG: JSON.stringify(config),
    };
    execFileSync(PYTHON, [join(PROJECT, 'manage.py'), 'migrate', '-v0'], { env: { ...process.env, ...env } });
    const url = `http://127.0.0.1:${port}`;
    const server = new ServerProcess({
      command: PYTHON,
      args: ['-m', 'daphne', '-b', '127.0.0.1', '-p', String(port), 'mysite.asgi:application'],
      env,
      stopSignal: 'SIGTERM',
      directory: folder,
      probe: () => fetch(url),
    });
    await server.start();
    return new DjangoProject(url, port, server, env);
  }

  /** A view of the project calls `group_send`. */
  async groupSend(group: string, message: object): Promise<void> {
    await must(this.url, 'POST /publish/', { body: { group, message } });
  }

  /** Runs a few lines in a separate process, like `manage.py shell` or a task. */
  async shell(lines: string): Promise<void> {
    const words = [join(PROJECT, 'manage.py'), 'shell', '-c', lines];
    await promisify(execFile)(PYTHON, words, { env: { ...process.env, ...this.env } });
  }

  /** Sends that many notifications, with `notification.id` counting from 0. */
  async burst(group: string, count: number): Promise<void> {
    await must(this.url, 'POST /burst/', { body: { group, count } });
  }

  /** An access token of simplejwt with default settings. */
  token(account: Account): Promise<string> {
    return this.obtain('POST /api/token/', account);
  }

  /** The same token with the claims name, email and role. */
  tokenWithRole(account: Account): Promise<string> {
    return this.obtain('POST /api/token/with-role/', account);
  }

  /** A client of a consumer of the project. When this resolves, the client is in its groups. */
  open(path: string, token?: string): Promise<SocketClient> {
    return open(this.url + path, token === undefined ? {} : { token });
  }

  /** Kills Daphne: if a synchronous consumer is busy, a regular stop sometimes waits for its thread forever. */
  async stop(): Promise<void> {
    await this.server.kill();
    rmSync(dirname(this.env.SQLITE_FILE ?? ''), { recursive: true, force: true });
  }

  private async obtain(line: string, account: Account): Promise<string> {
    const body = { username: account, password: account };
    return (await must<{ access: string }>(this.url, line, { body })).access;
  }
}
