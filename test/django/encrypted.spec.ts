import { describe, it } from '@jest/globals';
import { must } from '../support/clients/rest.js';
import { startNode } from '../support/stack.js';
import { DjangoProject } from './support/django-project.js';
import { cleanUps, follow, heard, notification, start } from './support/neighbour-story.js';
import { expectQuiet } from './support/neighbours.js';

describe('encrypted, on the core wire', () => {
  it('keys are changed one process at a time without a lost message', async () => {
    const { django, stack, redisUrl, prefix } = await start('core', {
      config: { symmetric_encryption_keys: ['old'] },
      tidings: { CHANNEL_ENCRYPTION_KEYS: 'old' },
    });
    const carla = await django.token('carla');
    const next = async (projects: readonly DjangoProject[], nodes: readonly string[]): Promise<void> => {
      const ours = await Promise.all(nodes.map((url) => follow(url, carla)));
      const theirs = await Promise.all(projects.map((project) => project.open('/ws/notifications/', carla)));
      for (const project of projects) {
        await project.groupSend('user_1', notification('encrypted'));
        for (const socket of [...ours, ...theirs]) await socket.expectMessage(heard('encrypted'));
      }
      const ada = await django.tokenWithRole('ada');
      for (const url of nodes) {
        const body = { user_id: '1', notification_type: 'x', title: 'from us', message: 'm' };
        await must(url, 'POST /api/notifications/', { token: ada, body });
        for (const socket of ours) await socket.expectMessage(heard('from us'));
        for (const socket of theirs) await socket.expectMessages(heard('from us'), 'unread_count');
      }
      await expectQuiet(...ours, ...theirs);
      await Promise.all([...ours, ...theirs].map((socket) => socket.close()));
    };
    const node = async (keys: string): Promise<string> => {
      const started = await startNode({ ...stack.environment, CHANNEL_ENCRYPTION_KEYS: keys });
      cleanUps.push(() => started.app.close());
      return started.url;
    };
    const project = async (...keys: string[]): Promise<DjangoProject> => {
      const secret = stack.environment.JWT_SECRET ?? '';
      const config = { prefix, symmetric_encryption_keys: keys };
      const started = await DjangoProject.start({ redisUrl, wire: 'core', secret, config });
      cleanUps.push(() => started.stop());
      return started;
    };

    await next([django], [stack.url]);
    const [readsBoth, oursReadsBoth] = [await project('old', 'new'), await node('old,new')];
    await next([django, readsBoth], [stack.url, oursReadsBoth]);
    const [writesNew, oursWritesNew] = [await project('new', 'old'), await node('new,old')];
    await next([readsBoth, writesNew], [oursReadsBoth, oursWritesNew]);
  }, 180_000);
});
