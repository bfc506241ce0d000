import { WebSocketServer } from 'ws';
import { printAddress } from './reference.js';

/** A bare `ws` server that returns every message. */
const server = new WebSocketServer({ host: '127.0.0.1', port: 0 });
server.on('connection', (webSocket) => webSocket.on('message', (data) => webSocket.send(data, { binary: false })));
server.on('listening', () => printAddress(server));
