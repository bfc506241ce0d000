import { createServer } from 'node:http';
import { createAdapter } from '@socket.io/redis-adapter';
import { Redis } from 'ioredis';
import { Server } from 'socket.io';
import { groupsOf, printAddress, verify } from './reference.js';

/** Socket.IO with its Redis adapter, WebSocket transport only. */
const publisher = new Redis(process.env.REDIS_URL);
const subscriber = publisher.duplicate();
const server = createServer();
const io = new Server(server, { transports: ['websocket'], adapter: createAdapter(publisher, subscriber) });

io.use((socket, next) => {
  socket.data.userId = verify(socket.handshake.auth.token);
  next(socket.data.userId === null ? new Error('unauthenticated') : undefined);
});
io.on('connection', async (socket) => {
  await socket.join(groupsOf(socket.handshake.query.path, socket.data.userId));
  socket.emit('message', { type: 'connection_established' });
});
server.listen(0, '127.0.0.1', () => printAddress(server));
