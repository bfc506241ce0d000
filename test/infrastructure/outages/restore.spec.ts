import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { ChannelLayer } from '../../../src/channel-layer/interface/channel-layer.js';
import type { Message } from '../../../src/channel-layer/interface/message.js';
import { StreamStatistics } from '../../../src/streams/follow/stream-statistics.js';
import { compileSources } from '../../support/servers/compiled-sources.js';
import type { CompiledSources } from '../../support/servers/compiled-sources.js';
import type { Person } from '../../support/people.js';
import { createDatabase, databaseUrl, query } from '../../support/servers/postgres-databases.js';
import { requireProgram } from '../../support/programs/test-program.js';
import { TEST_PROGRAMS } from '../../support/programs/test-programs.js';
import { must } from '../../support/clients/rest.js';
import { open } from '../../support/clients/socket-client.js';
import type { SocketClient } from '../../support/clients/socket-client.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

const CLIENT_PROGRAMS = { ...TEST_PROGRAMS.postgres, executables: ['pg_dump', 'pg_restore'] };
const run = promisify(execFile);

describe('a database that is restored while clients are connected', () => {
  let stack: Stack;
  let admin: Person;
  let customer: Person;
  let database: string;
  let compiled: CompiledSources;
  let positions: string[];

  beforeAll(async () => {
    compiled = compileSources();
    stack = await startStack({}, 'two-nodes');
    database = stack.environment.DATABASE_URL ?? '';
    [admin, customer] = [await stack.people.admin(), await stack.people.customer()];
  }, 120_000);
  afterAll(async () => {
    await stack.stop();
    compiled.remove();
  });

  const program = (name: string, ...args: string[]): Promise<unknown> =>
    run(join(requireProgram(CLIENT_PROGRAMS), name), args);

  /** Restores to another database, and then replaces the running one. */
  async function restore(dump: string): Promise<void> {
    const restored = await createDatabase(database);
    await program('pg_restore', '-d', restored, dump);
    const [old, fresh] = [database, restored].map((url) => new URL(url).pathname.slice(1)) as [string, string];
    for (const statement of [
      `alter database ${old} allow_connections false`,
      `select pg_terminate_backend(pid) from pg_stat_activity where datname = '${old}'`,
      `alter database ${old} rename to ${old}_old`,
      `alter database ${fresh} rename to ${old}`,
      `drop database ${old}_old`,
    ])
      await query(databaseUrl(database, 'postgres'), statement);
  }

  const notify = (title: string): Promise<unknown> =>
    must(stack.url, 'POST /api/notifications/', {
      token: admin.accessToken,
      body: { user_id: customer.id, notification_type: 'general', title, message: title },
    });

  const follow = (since?: string): Promise<SocketClient[]> =>
    Promise.all(
      [stack.url, stack.otherUrl].map((url) =>
        open(`${url}/ws/notifications/`, {
          token: customer.socketToken,
          ignore: ['unread_count'],
          ...(since !== undefined && { since }),
        }),
      ),
    );

  async function expectTitle(sockets: readonly SocketClient[], title: string): Promise<void> {
    positions = [];
    for (const socket of sockets) {
      const { position } = await socket.expectMessage<{ position: string }>({
        type: 'notification',
        notification: { title },
      });
      positions.push(position);
    }
  }

  /** Each client is disconnected, receives `resumed: false`, and then receives the next message, on any node. */
  async function expectToStartOver(sockets: readonly SocketClient[], title: string): Promise<SocketClient[]> {
    for (const socket of sockets) expect(await socket.expectClose(1012)).toMatchObject({ reconnect: true });
    const back = await follow(positions[0]);
    for (const socket of back)
      await socket.expectMessage({ type: 'connection_established', resumed: false, replayed: 0 });
    await notify(title);
    await expectTitle(back, title);
    return back;
  }

  it('by pg_restore is detected by the nodes themselves', async () => {
    const sockets = await follow();
    for (const socket of sockets) await socket.expectMessage('connection_established');
    for (const title of ['1', '2']) {
      await notify(title);
      await expectTitle(sockets, title);
    }
    const dump = join(compiled.folder, 'yesterday.dump');
    await program('pg_dump', '-Fc', '-f', dump, database);
    for (const title of ['3', '4', '5']) {
      await notify(title);
      await expectTitle(sockets, title);
    }
    await restore(dump);
    const back = await expectToStartOver(sockets, 'after the restore');
    for (const socket of back) await socket.close();
  }, 120_000);

  it('from a copy of its files is detected with `new-epoch`', async () => {
    const sockets = await follow();
    for (const socket of sockets) await socket.expectMessage('connection_established');
    await notify('lost with the disk');
    await expectTitle(sockets, 'lost with the disk');
    const stream = `user_${customer.id}`;
    await query(
      database,
      `begin; delete from stream_entries where stream = '${stream}' and position > 1;
       update streams set head = 1 where name = '${stream}'; commit`,
    );
    const { stdout } = await run(process.execPath, [join(compiled.folder, 'dist/main.js'), 'new-epoch'], {
      env: { ...process.env, ...stack.environment },
    });
    expect(stdout).toMatch(/^The log has a new epoch, [-\w]{36}\.\n/);
    const back = await expectToStartOver(sockets, 'after the new epoch');
    for (const socket of back) await socket.close();
  }, 120_000);

  it('still closes sockets on logout', async () => {
    const session = await stack.people.signIn(customer.email);
    const socket = await open(`${stack.otherUrl}/ws/notifications/`, { token: session.socketToken });
    await socket.expectMessage('connection_established');
    await must(stack.url, 'POST /api/auth/logout', { token: session.accessToken });
    await socket.expectClose(4006);
  });

  it('does not accept entries of another log', async () => {
    const sockets = await follow();
    for (const socket of sockets) await socket.expectMessage('connection_established');
    const node = (stack.apps[0] as (typeof stack.apps)[number]).get(ChannelLayer);
    const stream = `user_${customer.id}`;
    const [row] = await query(database, `select head::int from streams where name = '${stream}'`);
    const next = Number(row?.head) + 1;
    const foreign = (position: number): Message => ({
      type: 'notification_message',
      notification: { id: '1', title: 'of another service' },
      stream_entry: { stream, position, epoch: 'foreign1' },
    });
    const statistics = (stack.apps[1] as (typeof stack.apps)[number]).get(StreamStatistics);
    const before = statistics.foreignEntries;
    await node.groupSend(stream, foreign(next));
    await node.groupSend(stream, foreign(next + 5));
    await notify('of ours');
    await expectTitle(sockets, 'of ours');
    expect(statistics.foreignEntries - before).toBe(2);
    for (const socket of sockets) await socket.close();
  });

  it('rejects an unknown command', async () => {
    const failed = run(process.execPath, [join(compiled.folder, 'dist/main.js'), 'new-epock'], { env: process.env });
    await expect(failed).rejects.toMatchObject({ code: 1, stderr: expect.stringContaining('new-epoch') });
  });
});
