import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import { crowd } from '../../batches/batch-story.js';
import { MailServer } from '../../support/peers/mail-server.js';
import { CONTENT, notify } from '../../support/scenes/notification-story.js';
import { query } from '../../support/servers/postgres-databases.js';
import { SeparateWorkers } from './separate-workers.js';

const MAILS = 600;
const KILLS = 2;

/** `npm run bench -- email` does the same with 10,000 mails and ten kills. */
describe('a worker that is killed while it sends mails', () => {
  let mailServer: MailServer;
  let workers: SeparateWorkers;

  beforeAll(async () => {
    mailServer = await new MailServer().start();
    workers = await SeparateWorkers.open({
      SMTP_URL: mailServer.url,
      EMAIL_FROM: 'news@tidings.example',
      CONFIRM_ADDRESSES: 'false',
    });
  }, 120_000);
  afterAll(async () => {
    await workers.close();
    await mailServer.stop();
  });

  const sent = async (): Promise<number> => {
    const [row] = await query(
      workers.databaseUrl,
      `select count(*)::int as sent from deliveries where channel = 'email' and status = 'sent'`,
    );
    return Number(row?.sent);
  };

  it('loses no mail, and sends no mail more than twice', async () => {
    const { stack } = workers;
    const admin = await stack.people.admin();
    const users = await crowd(stack, MAILS);
    await query(workers.databaseUrl, `update users set email = id || '@example.com' where email is null`);
    await notify(stack, admin, { ...CONTENT, user_ids: users, channels: ['email'] });
    const counts = new Map<string, number>();
    const take = async (): Promise<void> => {
      const id = (await mailServer.mails.take('a mail')).headers.get('message-id') ?? '';
      counts.set(id, (counts.get(id) ?? 0) + 1);
    };
    let worker = await workers.start();
    for (let kill = 1; kill <= KILLS; kill += 1) {
      while (counts.size < (MAILS * kill) / (KILLS + 1)) await take();
      await worker.kill();
      worker = await workers.start();
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
