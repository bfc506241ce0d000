import { randomBytes } from 'node:crypto';
import { rm } from 'node:fs/promises';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { loadSettings } from '../../src/config/load-settings.js';
import { createApp } from '../../src/create-app.js';
import { People } from './people.js';
import { createPgliteDatabase } from './servers/pglite-databases.js';
import { dropDatabase } from './servers/postgres-databases.js';
import { sharedRedisUrl } from './servers/shared-servers.js';
import { createTestDatabase } from './servers/test-databases.js';
import { whenWorkerEnds } from './worker-end.js';

/**
 * The servers of this jest project: PGlite and the in-memory channel layer; PostgreSQL and Redis; or PostgreSQL and
 * Redis with two nodes.
 */
export type StackKind = 'embedded' | 'servers' | 'two-nodes';

/** The running service: one node, or two on one database and one Redis. */
export interface Stack {
  readonly kind: StackKind;
  /** The address for REST, `http://127.0.0.1:PORT`. */
  readonly url: string;
  /** The address for sockets: that of the other node if there are two, otherwise the same. */
  readonly otherUrl: string;
  readonly apps: readonly NestExpressApplication[];
  readonly people: People;
  /** The variables of both nodes, for starting another one. */
  readonly environment: Readonly<Record<string, string>>;
  /** Closes the nodes and drops the database. */
  stop(): Promise<void>;
}

/** Variables as in the contract, section 1. They override those of the stack. */
export type Overrides = Readonly<Record<string, string>>;

const EMBEDDED = 'pglite://';

const COMMON = {
  NODE_ENV: 'test',
  PORT: '0',
  JWT_SECRET: 'a-secret-for-tests-of-at-least-32-bytes',
  LOGIN_RATE: '10000',
  LOGIN_ADDRESS_RATE: '10000',
  // Specs poll, and all requests come from one address.
  ADDRESS_REQUEST_RATE: '0',
  REQUEST_RATE: '0',
  ADMIN_REQUEST_RATE: '0',
  REGISTER_RATE: '10000',
  // Specs of deliveries send to newly registered users. Specs of confirmations set this to true.
  CONFIRM_ADDRESSES: 'false',
};

/** The kind of the jest project of this spec; `embedded` in suites that run once. */
export function stackKind(): StackKind {
  const { tidingsStack: kind } = globalThis as { tidingsStack?: string };
  return kind === 'servers' || kind === 'two-nodes' ? kind : 'embedded';
}

/**
 * The service on the stack of this jest project, or on the given one. Without overrides, all specs of a jest worker
 * share one service, which `stop` leaves running: specs run one after the other, each with its own people. A spec that
 * closes a node, replaces a part of a node, or counts the data of all users calls `startOwnStack`.
 */
export function startStack(overrides: Overrides = {}, kind: StackKind = stackKind()): Promise<Stack> {
  return Object.keys(overrides).length === 0 ? sharedStack(kind) : startOwnStack(overrides, kind);
}

const shared = new Map<StackKind, Promise<Stack>>();

function sharedStack(kind: StackKind): Promise<Stack> {
  const known = shared.get(kind);
  if (known) return known;
  const started = startOwnStack({}, kind).then(share);
  shared.set(kind, started);
  // A failed start must not fail all later specs.
  started.catch(() => shared.delete(kind));
  return started;
}

function share(stack: Stack): Stack {
  const closes = stack.apps.map((app) => {
    const close = app.close.bind(app);
    app.close = () => Promise.reject(new Error('other specs use this node: take startOwnStack()'));
    return close;
  });
  whenWorkerEnds(async () => {
    await Promise.all(closes.map((close) => close()));
    await dropStackDatabase(stack.environment.DATABASE_URL ?? '');
  });
  return { ...stack, stop: () => Promise.resolve() };
}

/** A service for this spec alone. */
export async function startOwnStack(overrides: Overrides = {}, kind: StackKind = stackKind()): Promise<Stack> {
  const base = kind === 'embedded' ? { DATABASE_URL: await createPgliteDatabase() } : await serverVariables();
  const environment = { ...COMMON, ...base, ...overrides };
  const nodes = [await startNode(environment)];
  if (kind === 'two-nodes') nodes.push(await startNode(environment));
  const [first, second] = nodes as [Node, Node?];
  return {
    kind,
    url: first.url,
    otherUrl: (second ?? first).url,
    apps: nodes.map(({ app }) => app),
    people: new People(first.app),
    environment,
    stop: async () => {
      await Promise.all(nodes.map(({ app }) => app.close()));
      await dropStackDatabase(environment.DATABASE_URL);
    },
  };
}

/** Starts one more node with the variables of a stack and the given changes. The caller closes it. */
export async function startNode(environment: Overrides): Promise<Node> {
  const app = await createApp(loadSettings(environment));
  await app.listen(0, '127.0.0.1');
  return { app, url: (await app.getUrl()).replace(/\/+$/, '') };
}

export interface Node {
  readonly app: NestExpressApplication;
  readonly url: string;
}

/**
 * Creates an empty database of the kind of this jest project, for a room alone. Returns its address for
 * `dropStackDatabase`.
 */
export function createStackDatabase(): Promise<string> {
  return stackKind() === 'embedded' ? createPgliteDatabase() : createTestDatabase();
}

export async function dropStackDatabase(url: string): Promise<void> {
  if (url.startsWith(EMBEDDED)) await rm(url.slice(EMBEDDED.length), { recursive: true, force: true });
  else await dropDatabase(url);
}

async function serverVariables(): Promise<{ DATABASE_URL: string; REDIS_URL: string; CHANNEL_PREFIX: string }> {
  const [database, redis] = await Promise.all([createTestDatabase(), sharedRedisUrl()]);
  return { DATABASE_URL: database, REDIS_URL: redis, CHANNEL_PREFIX: `test-${randomBytes(6).toString('hex')}` };
}
