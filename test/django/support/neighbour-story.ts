import { afterEach } from '@jest/globals';
import { open } from '../../support/clients/socket-client.js';
import type { OpenOptions, SocketClient } from '../../support/clients/socket-client.js';
import type { Wire } from './django-project.js';
import { startNeighbours } from './neighbours.js';
import type { NeighbourOptions, Neighbours } from './neighbours.js';

/** The servers that a story started in addition to Django and Tidings. They are stopped after the story, the last one first. */
export const cleanUps: (() => Promise<unknown>)[] = [];

afterEach(async () => {
  for (const cleanUp of cleanUps.splice(0).reverse()) await cleanUp();
});

export const start = async (wire: Wire, options?: NeighbourOptions): Promise<Neighbours> => {
  const neighbours = await startNeighbours(wire, options);
  cleanUps.push(() => neighbours.stop());
  return neighbours;
};

export const follow = async (url: string, token: string, options: OpenOptions = {}): Promise<SocketClient> => {
  const socket = await open(`${url}/ws/notifications/`, { token, ignore: ['unread_count'], ...options });
  await socket.expectMessage('connection_established');
  return socket;
};

export const notification = (title: string): object => ({ type: 'notification_message', notification: { title } });
export const heard = (title: string): { type: string } & Record<string, unknown> => ({
  type: 'notification',
  notification: { title },
});
