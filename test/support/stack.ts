import { randomBytes } from 'node:crypto';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadSettings } from '../../src/config/load-settings.js';
import { createApp } from '../../src/create-app.js';
import { People } from './people.js';
import { dropDatabase } from './postgres-databases.js';
import { sharedPgliteFolder, sharedRedisUrl } from './shared-servers.js';
import { createTestDatabase } from './test-databases.js';

/**
 * What the service stands on in this jest project: PGlite and the in-memory channel layer, PostgreSQL and Redis, or these
 * with two nodes.
 */
export type StackKind = 'embedded' | 'servers' | 'two-nodes';

/** The running service: one node, or two on one database and one Redis. */
export interface Stack {
  readonly kind: StackKind;
  /** Where to ask over REST, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** Where to open sockets: the other node where there are two, else the same one. */
  readonly otherUrl: string;
  readonly apps: readonly NestExpressApplication[];
  readonly people: People;
  /** The variables both nodes were started with, to start a further one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Closes the nodes and drops the database. */
  stop(): Promise<void>;
}

/** Variables as in the contract, section 1; they win over those of the stack. */
export type Overrides = Readonly<Record<string, string>>;

const EMBEDDED = 'pglite://';

const COMMON = {
  NODE_ENV: 'test',
  PORT: '0',
  JWT_SECRET: 'a-secret-for-tests-of-at-least-32-bytes',
  LOGIN_RATE: '10000',
  LOGIN_ADDRESS_RATE: '10000',
  // Specs poll, and one address sends everything.
  ADDRESS_REQUEST_RATE: '0',
  REQUEST_RATE: '0',
  ADMIN_REQUEST_RATE: '0',
  REGISTER_RATE: '10000',
  // Specs of deliveries send to people who have just registered; those of confirmations set it to true.
  CONFIRM_ADDRESSES: 'false',
};

/** The kind of the jest project this spec runs in; elsewhere (suites that run once) `embedded`. */
export function stackKind(): StackKind {
  return (globalThis as { tidingsStack?: StackKind }).tidingsStack ?? 'embedded';
}

/** Starts the service on the stack of this jest project, or on the one given. */
export async function startStack(overrides: Overrides = {}, kind: StackKind = stackKind()): Promise<Stack> {
  const base = kind === 'embedded' ? await embeddedVariables() : await serverVariables();
  const environment = { ...COMMON, ...base, ...overrides };
  const nodes = [await startNode(environment)];
  if (kind === 'two-nodes') nodes.push(await startNode(environment));
  const [first, second] = nodes as [Node, Node?];
  return {
    kind,
    url: first.url,
    otherUrl: (second ?? first).url,
    apps: nodes.map(({ app }) => app),
    people: new People(first.app, first.url),
    environment,
    stop: async () => {
      await Promise.all(nodes.map(({ app }) => app.close()));
      await dropStackDatabase(environment.DATABASE_URL);
    },
  };
}

/** One more node with the variables of a stack, changed where given; whoever starts it closes it. */
export async function startNode(environment: Overrides): Promise<Node> {
  const app = await createApp(loadSettings(environment));
  await app.listen(0, '127.0.0.1');
  return { app, url: (await app.getUrl()).replace(/\/+$/, '') };
}

export interface Node {
  readonly app: NestExpressApplication;
  readonly url: string;
}

/** An empty database such as this jest project uses, for a room alone; gives its address for `dropStackDatabase`. */
export async function createStackDatabase(): Promise<string> {
  return stackKind() === 'embedded' ? (await embeddedVariables()).DATABASE_URL : createTestDatabase();
}

/** A copy of the migrated folder: a new one each time would take seconds. */
async function embeddedVariables(): Promise<{ DATABASE_URL: string }> {
  const folder = await mkdtemp(join(tmpdir(), 'tidings-stack-'));
  await cp(await sharedPgliteFolder(), folder, { recursive: true });
  return { DATABASE_URL: `${EMBEDDED}${folder}` };
}

export async function dropStackDatabase(url: string): Promise<void> {
  if (url.startsWith(EMBEDDED)) await rm(url.slice(EMBEDDED.length), { recursive: true, force: true });
  else await dropDatabase(url);
}

async function serverVariables(): Promise<{ DATABASE_URL: string; REDIS_URL: string; CHANNEL_PREFIX: string }> {
  const [database, redis] = await Promise.all([createTestDatabase(), sharedRedisUrl()]);
  return { DATABASE_URL: database, REDIS_URL: redis, CHANNEL_PREFIX: `test-${randomBytes(6).toString('hex')}` };
}
