import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crowd } from '../../batches/batch-story.js';
import { compileSources } from '../../support/servers/compiled-sources.js';
import type { CompiledSources } from '../../support/servers/compiled-sources.js';
import { MailServer } from '../../support/peers/mail-server.js';
import { CONTENT, notify } from '../../support/scenes/notification-story.js';
import { query } from '../../support/servers/postgres-databases.js';
import { startService } from '../../support/servers/service-process.js';
import type { ServiceProcess } from '../../support/servers/service-process.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

const MAILS = 600;
const KILLS = 2;

/** `npm run bench -- email` does the same with 10,000 mails and ten kills. */
describe('a worker that is killed while it sends mails', () => {
  const cleanUps: (() => unknown)[] = [];
  let compiled: CompiledSources;
  let mailServer: MailServer;
  let stack: Stack;

  beforeAll(async () => {
    compiled = compileSources();
    cleanUps.push(() => compiled.remove());
    mailServer = await new MailServer().start();
    cleanUps.push(() => mailServer.stop());
    const settings = {
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'news@tidings.example',
      JOB_RETRY_DELAY: '0',
      CONFIRM_ADDRESSES: 'false',
    };
    stack = await startStack({ ...settings, ROLES: 'api,realtime' }, 'servers');
    cleanUps.push(() => stack.stop());
  }, 120_000);
  afterAll(async () => {
    for (const cleanUp of cleanUps.reverse()) await cleanUp();
  });

  const startWorker = async (): Promise<ServiceProcess> => {
    const worker = await startService(compiled, { ...stack.environment, ROLES: 'worker' });
    cleanUps.push(() => worker.stop());
    return worker;
  };
  const databaseUrl = (): string => stack.environment.DATABASE_URL ?? '';
  const sent = async (): Promise<number> => {
    const [row] = await query(
      databaseUrl(),
      `select count(*)::int as sent from deliveries where channel = 'email' and status = 'sent'`,
    );
    return Number(row?.sent);
  };

  it('loses no mail, and sends no mail more than twice', async () => {
    const admin = await stack.people.admin();
    const users = await crowd(stack, MAILS);
    await query(databaseUrl(), `update users set email = id || '@example.com' where email is null`);
    await notify(stack, admin, { ...CONTENT, user_ids: users, channels: ['email'] });
    const counts = new Map<string, number>();
    const take = async (): Promise<void> => {
      const id = (await mailServer.mails.take('a mail')).headers.get('message-id') ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    };
    let worker = await startWorker();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (counts.size < (MAILS * kill) / (KILLS + 1)) await take();
      await worker.kill();
      worker = await startWorker();
    }
    // Another worker takes over the jobs of the killed worker after 15 seconds of silence.
    let recorded = await sent();
    while (recorded < MAILS) recorded = await sent();
    while (mailServer.mails.unread().length > 0) await take();
    expect(counts.size).toBe(MAILS);
    expect(Math.max(...counts.values())).toBeLessThanOrEqual(1 + KILLS);
    // Few mails are between the acceptance by the server and the commit.
    expect([...counts.values()].filter((count) => count > 1).length).toBeLessThan(MAILS / 4);
  }, 180_000);
});
