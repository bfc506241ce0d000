import { FloorServer, hasCompiler } from './floor-server.js';
import { JWT_SECRET } from './people.js';
import { NodeServer } from './server-process.js';
import { startService } from './service.js';

/** The reference every ratio is to. */
export const REFERENCE = 'tuned ws';
export const SERVICE = 'tidings';

const own = (path) => path;
const asQuery = (start) => (path) => {
  const [name, query] = path.split('?');
  return `${start}path=${encodeURIComponent(name)}&${query}`;
};

/** How each server is started, spoken to and published to. `pathOf` turns a path of the service into one of theirs. */
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

/** The names of all, or of those asked for; the floor only where there is a C compiler. */
export function contenderNames(wanted) {
  const all = Object.keys(CONTENDERS).filter((name) => !name.startsWith('floor') || hasCompiler());
  return wanted ? all.filter((name) => wanted.includes(name)) : all;
}

/** Starts one; gives its server and how its clients come. */
export async function startContender(name, arena) {
  const { start, publisher, pathOf } = CONTENDERS[name];
  // They share a Redis, but must not hear each other's messages.
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
