import { open } from './socket-client.js';
import type { Frame, OpenOptions, SocketClient } from './socket-client.js';
import type { Person } from '../people.js';
import type { Stack } from '../stack.js';

/** What `connection_established` says, further members by path. */
export interface Greeting extends Frame {
  readonly position: string;
  readonly resumed: boolean;
  readonly replayed: number;
}

/** Opens a socket of somebody and takes the greeting. */
export async function follow(
  stack: Stack,
  path: string,
  person: Person,
  options: OpenOptions = {},
): Promise<{ socket: SocketClient; greeting: Greeting }> {
  const socket = await open(stack.otherUrl + path, { token: person.socketToken, ...options });
  const greeting = await socket.expectMessage<Greeting>('connection_established');
  return { socket, greeting };
}
