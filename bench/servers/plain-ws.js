import { WebSocketServer } from 'ws';
import { ESTABLISHED, groupsFor, printAddress, RedisGroups } from './reference.js';

/** `ws` as in its README: `socket.send(string)` for every client. */
const groups = new RedisGroups((members, text) => {
  for (const webSocket of members) webSocket.send(text);
});
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });

server.on('connection', async (webSocket, request) => {
  const names = groupsFor(request.url);
  webSocket.on('error', () => undefined);
  if (!names) {
    webSocket.close(4001);
    return;
  }
  webSocket.on('close', () => groups.leave(names, webSocket));
  await groups.join(names, webSocket);
  webSocket.send(ESTABLISHED);
});
server.on('listening', () => printAddress(server));
