import { open } from './socket-client.js';
import type { Frame, OpenOptions, SocketClient } from './socket-client.js';
import type { Person } from '../people.js';
import type { Stack } from '../stack.js';

/** The content of `connection_established`; further members depend on the path. */
export interface Greeting extends Frame {
  readonly position: string;
  readonly resumed: boolean;
  readonly replayed: number;
}

/** Opens a socket of a user and takes the greeting. */
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
