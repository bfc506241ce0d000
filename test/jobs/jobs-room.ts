import { Injectable, Module } from '@nestjs/common';
import { Test } from '@nestjs/testing';
import type { TestingModule } from '@nestjs/testing';
import { AuthModule } from '../../src/auth/auth.module.js';
import { ConfigModule } from '../../src/config/config.module.js';
import { loadSettings } from '../../src/config/load-settings.js';
import { DatabaseModule } from '../../src/database/database.module.js';
import type { Job } from '../../src/jobs/job.js';
import { Jobs } from '../../src/jobs/jobs.js';
import { JobsModule } from '../../src/jobs/jobs.module.js';
import type { Queue } from '../../src/jobs/queue.js';
import { Mailbox } from '../support/clients/mailbox.js';
import { TEST_SECRET } from '../support/scenes/auth-room.js';

export interface Errand {
  readonly errand: string;
}

/** A room with two queues. Its handler does what the test specifies, and reports every attempt. */
@Injectable()
export class Errands {
  readonly attempts = new Mailbox<Job<Errand>>();
  readonly queue: Queue<Errand>;
  readonly single: Queue<Errand>;
  /** The work of an attempt. Default: succeeds. */
  behave: (job: Job<Errand>) => Promise<void> | void = () => undefined;

  constructor(readonly jobs: Jobs) {
    this.queue = jobs.declare('errands', { concurrency: 4 });
    this.single = jobs.declare('single', { unique: true });
    for (const queue of [this.queue, this.single]) {
      jobs.handle(queue, async (job) => {
        this.attempts.put(job);
        await this.behave(job);
      });
    }
  }
}

@Module({ imports: [JobsModule], providers: [Errands] })
class ErrandsModule {}

/** The jobs room on a database, with a room that uses it. The caller closes it. */
export async function openJobsRoom(overrides: Readonly<Record<string, string>>): Promise<TestingModule> {
  const settings = loadSettings({ NODE_ENV: 'test', JWT_SECRET: TEST_SECRET, JOB_RETRY_DELAY: '0', ...overrides });
  const room = await Test.createTestingModule({
    imports: [ConfigModule.forRoot(settings), DatabaseModule, AuthModule, ErrandsModule],
  }).compile();
  room.useLogger(['error', 'fatal']);
  return room.init();
}
