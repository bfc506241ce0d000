import { FloorServer, hasCompiler } from './floor-server.js';
import { JWT_SECRET } from './people.js';
import { NodeServer } from './server-process.js';
import { startService } from './service.js';

/** The server to which all ratios refer. */
export const REFERENCE = 'tuned ws';
export const SERVICE = 'tidings';

const own = (path) => path;
const asQuery = (start) => (path) => {
  const [name, query] = path.split('?');
  return `${start}path=${encodeURIComponent(name)}&${query}`;
};

/**
 * How to start each server, connect to it and publish to it. `pathOf` converts a path of the service to a path of the
 * server.
 */
const CONTENDERS = {
  [SERVICE]: {
    start: (arena, prefix) => startService(arena, { CHANNEL_PREFIX: prefix }),
    publisher: 'redis',
    pathOf: own,
  },
  [REFERENCE]: { start: reference('tuned-ws'), publisher: 'redis', pathOf: own },
  'plain ws': { start: reference('plain-ws'), publisher: 'redis', pathOf: own },
  'nest WsAdapter': { start: reference('nest-ws'), publisher: 'redis', pathOf: asQuery('/ws?') },
  'socket.io': {
    start: reference('socket-io'),
    publisher: 'socket.io',
    pathOf: asQuery('/socket.io/?EIO=4&transport=websocket&'),
  },
  'floor (C)': { start: () => FloorServer.start(), publisher: 'frames', pathOf: own },
};

/** The names of all servers, or of the selected ones. The floor needs a C compiler. */
export function contenderNames(wanted) {
  const all = Object.keys(CONTENDERS).filter((name) => !name.startsWith('floor') || hasCompiler());
  return wanted ? all.filter((name) => wanted.includes(name)) : all;
}

/** Starts a server. Returns it and the way its clients connect. */
export async function startContender(name, arena) {
  const { start, publisher, pathOf } = CONTENDERS[name];
  // The servers share a Redis, but must not receive each other's messages.
  const prefix = name.replace(/\W/g, '');
  const server = await start(arena, prefix);
  const publisherUrl = publisher === 'frames' ? server.url : arena.redis.url;
  return { name, server, publisher, publisherUrl, prefix, pathOf };
}

function reference(script) {
  return ({ redis }, prefix) => {
    const environment = { REDIS_URL: redis.url, CHANNEL_PREFIX: prefix, JWT_SECRET };
    return NodeServer.start(new URL(`../servers/${script}.js`, import.meta.url), environment);
  };
}
