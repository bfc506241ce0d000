import { chmodSync, cpSync, existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { run } from './engine.js';

const MIRROR = 'http://deb.debian.org/debian';
/** The nginx of Debian 12 does not support `resolve` in deploy/nginx/nginx.conf. */
const TREES = {
  bookworm: ['redis-server', 'postgresql', 'ca-certificates'],
  forky: ['nginx', 'ca-certificates'],
};

/** Folders that the images do not need. */
const EXCLUDED = ['proc', 'sys', 'dev', 'var/cache/apt', 'var/lib/apt/lists', 'usr/share/doc'];

/** The behaviour of the official image for these variables, with one database and one user. */
const POSTGRES = `#!/bin/sh
set -e
bin=$(echo /usr/lib/postgresql/*/bin)
data=/var/lib/postgresql/data
if [ ! -s $data/PG_VERSION ]; then
  chown postgres $data
  printf %s "$POSTGRES_PASSWORD" > /run/password && chown postgres /run/password
  su postgres -c "$bin/initdb -D $data -U $POSTGRES_USER --pwfile=/run/password --auth-local=trust --auth-host=scram-sha-256"
  echo 'host all all all scram-sha-256' >> $data/pg_hba.conf
  su postgres -c "$bin/pg_ctl -D $data -w -o '-c listen_addresses= -c unix_socket_directories=/tmp' start"
  su postgres -c "$bin/createdb -h /tmp -U $POSTGRES_USER $POSTGRES_DB"
  su postgres -c "$bin/pg_ctl -D $data -m fast -w stop"
fi
exec setpriv --reuid=postgres --regid=postgres --init-groups $bin/postgres -D $data -c listen_addresses='*'
`;

/** As in the official image: not as root, and reachable from other containers. */
const REDIS = `#!/bin/sh
exec setpriv --reuid=redis --regid=redis --clear-groups "$@" --protected-mode no
`;

/**
 * Builds the images from Debian and npm, for a machine that cannot pull them. They have the names of the real images,
 * so remove them before you use the real ones. Needs root, debootstrap, and access to Debian's mirror and npm's
 * registry. The trees in `cache` are reused.
 */
export function makeStandIns(engine, cache) {
  for (const [suite, packages] of Object.entries(TREES)) bootstrap(engine, cache, suite, packages);
  addNode(engine, join(cache, 'bookworm'));
  write(join(cache, 'bookworm/usr/local/bin/postgres-entrypoint'), POSTGRES);
  write(join(cache, 'bookworm/usr/local/bin/redis-entrypoint'), REDIS);
  const path = 'ENV PATH=/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/usr/lib/postgresql/15/bin';
  importTree(engine, join(cache, 'bookworm'), {
    'node:22-slim': [path, ...authorities()],
    'redis:7-alpine': [path, 'ENTRYPOINT ["redis-entrypoint"]', 'CMD ["redis-server"]'],
    'postgres:16-alpine': [path, 'ENTRYPOINT ["postgres-entrypoint"]', 'VOLUME /var/lib/postgresql/data'],
  });
  importTree(engine, join(cache, 'forky'), {
    'nginx:1.28-alpine': ['CMD ["nginx", "-g", "daemon off;"]'],
  });
}

function bootstrap(engine, cache, suite, packages) {
  const tree = join(cache, suite);
  if (existsSync(join(tree, 'complete'))) return;
  const words = ['--variant=minbase', `--include=${packages.join(',')}`, suite, tree, MIRROR];
  const script = `/usr/share/debootstrap/scripts/${suite}`;
  run(engine, 'debootstrap', existsSync(script) ? words : [...words, '/usr/share/debootstrap/scripts/sid'], {
    stdio: 'inherit',
  });
  writeFileSync(join(tree, 'complete'), '');
}

/** Node and npm from npm packages, and the user of the official image. */
function addNode(engine, tree) {
  if (existsSync(join(tree, 'usr/local/bin/npm'))) return;
  const folder = join(tree, 'usr/local/npm');
  mkdirSync(folder, { recursive: true });
  run(engine, 'npm', ['install', '--prefix', folder, '--no-audit', '--no-fund', 'node@22', 'npm@10']);
  const bin = '/usr/local/npm/node_modules';
  write(join(tree, 'usr/local/bin/node'), `#!/bin/sh\nexec ${bin}/node/bin/node "$@"\n`);
  write(join(tree, 'usr/local/bin/npm'), `#!/bin/sh\nexec ${bin}/node/bin/node ${bin}/npm/bin/npm-cli.js "$@"\n`);
  run(engine, 'chroot', [tree, 'useradd', '--create-home', '--uid', '1000', 'node']);
  const extra = process.env.NODE_EXTRA_CA_CERTS;
  if (extra) cpSync(extra, join(tree, 'usr/local/share/authorities.pem'));
}

/** Additional certificate authorities that Node trusts on this machine, for `npm ci` during the build. */
function authorities() {
  return process.env.NODE_EXTRA_CA_CERTS ? ['ENV NODE_EXTRA_CA_CERTS=/usr/local/share/authorities.pem'] : [];
}

function importTree(engine, tree, images) {
  const archive = `${tree}.tar`;
  const left = EXCLUDED.map((path) => `--exclude=./${path}/*`);
  run(engine, 'tar', ['-C', tree, '-cf', archive, ...left, '.']);
  for (const [name, changes] of Object.entries(images)) {
    run(engine, 'docker', ['import', ...changes.flatMap((change) => ['--change', change]), archive, name]);
  }
}

function write(path, text) {
  mkdirSync(dirname(path), { recursive: true });
  if (!existsSync(path) || readFileSync(path, 'utf8') !== text) writeFileSync(path, text);
  chmodSync(path, 0o755);
}
