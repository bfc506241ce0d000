import { SignJWT } from 'jose';
import { compileSources } from '../support/servers/compiled-sources.js';
import type { CompiledSources } from '../support/servers/compiled-sources.js';
import { query } from '../support/servers/postgres-databases.js';
import { startPostgres } from '../support/servers/postgres-server.js';
import type { PostgresServer } from '../support/servers/postgres-server.js';
import { startRedis } from '../support/servers/redis-server.js';
import type { RedisServer } from '../support/servers/redis-server.js';
import { startService } from '../support/servers/service-process.js';
import type { ServiceProcess } from '../support/servers/service-process.js';

const SECRET = 'a-secret-for-chaos-runs-of-at-least-32-bytes';
const ONE_DAY = '1d';

/** PostgreSQL, Redis and nodes of the service as processes, and users. */
export class Stage {
  readonly nodes: (ServiceProcess | null)[] = [];

  private constructor(
    readonly postgres: PostgresServer,
    readonly redis: RedisServer,
    readonly databaseUrl: string,
    private readonly compiled: CompiledSources,
    private readonly environment: Readonly<Record<string, string>>,
  ) {}

  static async start(nodes: number, overrides: Readonly<Record<string, string>> = {}): Promise<Stage> {
    const compiled = compileSources();
    const [postgres, redis] = await Promise.all([startPostgres(), startRedis()]);
    const databaseUrl = await postgres.createDatabase();
    const environment = {
      NODE_ENV: 'test',
      DATABASE_URL: databaseUrl,
      REDIS_URL: redis.url,
      JWT_SECRET: SECRET,
      REQUEST_RATE: '0',
      ADMIN_REQUEST_RATE: '0',
      ADDRESS_REQUEST_RATE: '0',
      PING_INTERVAL: '5',
      PONG_TIMEOUT: '4',
      DRAIN_TIMEOUT: '10',
      ...overrides,
    };
    const stage = new Stage(postgres, redis, databaseUrl, compiled, environment);
    for (let index = 0; index < nodes; index += 1) await stage.startNode(index);
    return stage;
  }

  /** Starts a node on a free port, or on a port that a proxy uses. */
  async startNode(index: number, port?: number): Promise<ServiceProcess> {
    const node = await startService(this.compiled, {
      ...this.environment,
      ...(port !== undefined && { PORT: String(port) }),
    });
    this.nodes[index] = node;
    return node;
  }

  /** Removes the node from the list of running nodes before `how` begins, as a load balancer would. */
  async endNode<T>(index: number, how: (node: ServiceProcess) => Promise<T>): Promise<T | null> {
    const node = this.nodes[index];
    this.nodes[index] = null;
    return node ? how(node) : null;
  }

  /** The address of a running node: this one if it runs. */
  url(index: number): string | null {
    const running = this.nodes.filter((node) => node !== null);
    return (this.nodes[index % this.nodes.length] ?? running[index % Math.max(running.length, 1)])?.url ?? null;
  }

  /** Creates the users `u0`, `u1` ... and the administrator `root`. */
  async invite(count: number): Promise<void> {
    await this.query(
      `insert into users (id, role) select 'u' || n, 'customer' from generate_series(0, ${count - 1}) n`,
    );
    await this.query(`insert into users (id, role) values ('root', 'admin')`);
  }

  /** A token as an outside issuer would sign it. */
  token(userId: string, role = 'customer'): Promise<string> {
    return new SignJWT({ user_id: userId, role })
      .setProtectedHeader({ alg: 'HS256' })
      .setExpirationTime(ONE_DAY)
      .sign(Buffer.from(SECRET));
  }

  query(statement: string): Promise<readonly Record<string, unknown>[]> {
    return query(this.databaseUrl, statement);
  }

  async stop(): Promise<void> {
    await Promise.allSettled(this.nodes.map(async (node) => node?.kill()));
    await Promise.allSettled([this.postgres.stop(), this.redis.stop()]);
    this.compiled.remove();
  }
}
