import { createServer } from 'node:http';
import { Sender, WebSocketServer } from 'ws';
import { ESTABLISHED, groupsFor, printAddress, RedisGroups } from './reference.js';

/**
 * The practical limit in Node: bare `ws`, the frame is built once, the same Buffer is written to every raw socket. No
 * database, no limits, no heartbeat.
 */
const groups = new RedisGroups((members, text) => {
  const frame = frameOf(text);
  for (const socket of members) socket.write(frame);
});
const webSockets = new WebSocketServer({ noServer: true, clientTracking: false, perMessageDeflate: false });
const server = createServer();

server.on('upgrade', (request, socket, head) => {
  const names = groupsFor(request.url);
  if (!names) {
    socket.end('HTTP/1.1 401 Unauthorized\r\n\r\n');
    return;
  }
  webSockets.handleUpgrade(request, socket, head, async (webSocket) => {
    webSocket.on('error', () => undefined);
    webSocket.on('close', () => groups.leave(names, socket));
    await groups.join(names, socket);
    webSocket.send(ESTABLISHED);
  });
});
server.listen(0, '127.0.0.1', () => printAddress(server));

function frameOf(text) {
  const options = { fin: true, rsv1: false, opcode: 1, mask: false, readOnly: true };
  return Buffer.concat(Sender.frame(Buffer.from(text), options));
}
