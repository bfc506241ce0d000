import { spawn } from 'node:child_process';
import type { ChildProcess } from 'node:child_process';
import { generateKeyPairSync } from 'node:crypto';
import { once } from 'node:events';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { SignJWT } from 'jose';
import { compileSources } from '../support/servers/compiled-sources.js';
import type { CompiledSources } from '../support/servers/compiled-sources.js';
import { freePort } from '../support/servers/free-port.js';
import { SCOPES } from '../../src/auth/principal/scopes.js';
import { must } from '../support/clients/rest.js';
import type { Actor } from './cases/cases.js';

const SECRET = 'a-secret-for-fuzzing-of-at-least-32-bytes';
const START_DEADLINE_MS = 5 * 60_000;
/** Settings without limits that would answer 429 instead of processing the request. */
const NO_LIMITS = {
  LOGIN_RATE: '1000000000',
  LOGIN_ADDRESS_RATE: '1000000000',
  REGISTER_RATE: '1000000000',
  REFRESH_RATE: '1000000000',
  REQUEST_RATE: '0',
  ADMIN_REQUEST_RATE: '0',
  ADDRESS_REQUEST_RATE: '0',
  MESSAGE_RATE: '86400',
  MESSAGE_BURST: '1000000',
  MAX_SOCKETS_PER_USER: '0',
  MAX_ANONYMOUS_SOCKETS_PER_ADDRESS: '0',
  MAX_ANONYMOUS_SOCKETS: '0',
};

export interface FuzzServers {
  readonly databaseUrl: string;
  /** Absent: the channel layer in memory. */
  readonly redisUrl?: string;
}

/** The delivery channels are on, but their servers cannot be reached: jobs fail, and some become dead letters. */
const CHANNELS = {
  SMTP_URL: 'smtp://127.0.0.1:9',
  EMAIL_FROM: 'Tidings <tidings@example.com>',
  TWILIO_ACCOUNT_SID: 'AC00000000000000000000000000000000',
  TWILIO_AUTH_TOKEN: 'fuzz',
  TWILIO_FROM: '+15005550006',
  TWILIO_BASE_URL: 'http://127.0.0.1:9',
  SMS_PREFIXES: '*',
  FCM_BASE_URL: 'http://127.0.0.1:9',
};

function pushAccount(): string {
  const { privateKey } = generateKeyPairSync('rsa', { modulusLength: 2048 });
  return JSON.stringify({
    type: 'service_account',
    project_id: 'fuzz',
    private_key_id: 'fuzz',
    private_key: privateKey.export({ type: 'pkcs8', format: 'pem' }),
    client_email: 'fuzz@fuzz.iam.gserviceaccount.com',
    token_uri: 'http://127.0.0.1:9/token',
  });
}

/** The service in a separate process whose output is read. With NODE_ENV=test it prints only errors. */
export class FuzzService {
  /** The output since it became ready, without the lines already taken. */
  private readonly printed: string[] = [];
  private readonly tokens = new Map<Actor, string>();
  private exit: string | null = null;

  private constructor(
    readonly url: string,
    private readonly child: ChildProcess,
    private readonly compiled: CompiledSources,
  ) {
    const note = (chunk: Buffer): void => {
      for (const line of chunk.toString().split('\n')) if (line.trim() !== '') this.printed.push(line);
    };
    child.stdout?.on('data', note);
    child.stderr?.on('data', note);
    child.once('exit', (code, signal) => (this.exit = `exit code ${String(code)}, signal ${String(signal)}`));
  }

  static async start({ databaseUrl, redisUrl }: FuzzServers): Promise<FuzzService> {
    const compiled = compileSources();
    const port = await freePort();
    const child = spawn(process.execPath, [join(compiled.folder, 'dist/main.js')], {
      stdio: ['ignore', 'pipe', 'pipe'],
      env: {
        PATH: process.env.PATH,
        HOME: process.env.HOME,
        NODE_ENV: 'test',
        NO_COLOR: '1',
        PORT: String(port),
        JWT_SECRET: SECRET,
        ...(redisUrl !== undefined && { REDIS_URL: redisUrl }),
        DATABASE_URL: databaseUrl,
        JWT_PROVISION_USERS: 'true',
        ANONYMOUS_BROADCASTS: 'true',
        ...CHANNELS,
        FCM_SERVICE_ACCOUNT: pushAccount(),
        ...NO_LIMITS,
      },
    });
    const service = new FuzzService(`http://127.0.0.1:${String(port)}`, child, compiled);
    await service.untilReady();
    await service.signTokens();
    await service.createApiKey();
    service.takePrinted();
    return service;
  }

  /** The reason why it ended; null while it runs. */
  get crashed(): string | null {
    return this.exit;
  }

  token(actor: Actor): string | null {
    return this.tokens.get(actor) ?? null;
  }

  /** For the actor whose session is ended from time to time. */
  setToken(actor: Actor, token: string): void {
    this.tokens.set(actor, token);
  }

  /** Returns the lines printed since the last call. */
  takePrinted(): string[] {
    return this.printed.splice(0);
  }

  async stop(): Promise<void> {
    if (this.exit === null) {
      const ended = once(this.child, 'exit');
      this.child.kill('SIGKILL');
      await ended;
    }
    this.compiled.remove();
  }

  private async untilReady(): Promise<void> {
    const deadline = Date.now() + START_DEADLINE_MS;
    for (;;) {
      const status = await fetch(`${this.url}/health/ready`).then(
        (answer) => answer.status,
        () => 0,
      );
      if (status === 200) return;
      if (this.exit !== null || Date.now() > deadline) {
        await this.stop();
        throw new Error(`The service did not start: ${this.printed.join('\n')}`);
      }
      await delay(50);
    }
  }

  private async createApiKey(): Promise<void> {
    const body = { name: 'Fuzz', scopes: SCOPES };
    const options = { token: this.token('admin') ?? '', body };
    const { key } = await must<{ key: string }>(this.url, 'POST /api/api-keys/', options);
    this.tokens.set('program', key);
  }

  /** Tokens as an outside issuer signs them: they create their users, and a logout does not end them. */
  private async signTokens(): Promise<void> {
    for (const role of ['customer', 'partner', 'admin'] as const) {
      const claims = { user_id: `fuzz-${role}`, role, name: role, email: `${role}@example.com` };
      const token = new SignJWT(claims).setProtectedHeader({ alg: 'HS256' }).setExpirationTime('7d');
      this.tokens.set(role, await token.sign(Buffer.from(SECRET)));
    }
    this.tokens.set('garbage', 'eyJhbGciOiJIUzI1NiJ9.e30.AAAA');
  }
}
