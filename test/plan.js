/**
 * Assigns specs to projects and parts. `npm test` runs the quick part: each story once. `npm run test:all` adds the
 * rest: the other stacks, and specs that take long because they stop, kill or install something. A new spec needs no
 * entry.
 */
import { readdirSync } from 'node:fs';
import { join } from 'node:path';

const ROOT = join(import.meta.dirname, '..');
const STACKS = ['embedded', 'servers', 'two-nodes'];

/** Folders whose specs start their own servers or read files. They run once, in the project `infrastructure`. */
const ONCE = ['channel-layer', 'deploy', 'django', 'infrastructure', 'model', 'support'];

/** The specs of these folders that `npm test` omits. It keeps one example of each kind. */
const SLOW = [
  /^test\/(channel-layer|deploy|django)\//,
  /-(after-kill|crash|outages?|without-redis)\.spec\.ts$/,
  /^test\/infrastructure\/outages\/(restore|shut-down)\.spec\.ts$/,
  /^test\/infrastructure\/(fuzz|log-lines)\.spec\.ts$/,
  /^test\/model\/mutations\.spec\.ts$/,
];
const EXAMPLES = [
  'test/channel-layer/golden/golden.spec.ts',
  'test/channel-layer/memory.spec.ts',
  'test/channel-layer/redis.spec.ts',
  'test/django/publish-from-anywhere.spec.ts',
  'test/infrastructure/outages/mail-after-kill.spec.ts',
  'test/infrastructure/outages/redis-outage.spec.ts',
];

/** In both parts: with 100 histories in `quick`, with 1,000 in `rest`. */
const TWICE = ['test/model/guarantee.spec.ts'];

/** The stack on which `npm test` runs the stories of a folder. Default: `servers`. */
const QUICK_STACK = {
  demo: 'embedded',
  docs: 'embedded',
  hostile: 'embedded',
  journeys: 'embedded',
  notifications: 'two-nodes',
  orders: 'two-nodes',
  preferences: 'embedded',
  realtime: 'two-nodes',
};

/** Folders for which a second node makes no difference. */
const ONE_NODE = ['demo', 'docs', 'hostile', 'preferences', 'providers', 'web'];

/** The jest projects of a spec, each with the parts (`quick` or `rest`) in which it runs. */
export function runsOf(path) {
  const [top, folder] = path.split('/');
  if (top === 'src') return [{ project: 'unit', parts: ['quick'] }];
  if (ONCE.includes(folder)) {
    const isQuick = !SLOW.some((pattern) => pattern.test(path)) || EXAMPLES.includes(path);
    const parts = TWICE.includes(path) ? ['quick', 'rest'] : [isQuick ? 'quick' : 'rest'];
    return [{ project: 'infrastructure', parts }];
  }
  const quick = QUICK_STACK[folder] ?? 'servers';
  const stacks = STACKS.filter((stack) => stack !== 'two-nodes' || !ONE_NODE.includes(folder));
  return stacks.map((project) => ({ project, parts: [project === quick ? 'quick' : 'rest'] }));
}

/** The specs of each project. `part`: `quick`, `rest` or `all`. */
export function specsByProject(part) {
  const specs = new Map(['unit', 'infrastructure', ...STACKS].map((project) => [project, []]));
  for (const path of specsOfCheckout()) {
    for (const { project, parts } of runsOf(path)) {
      if (part === 'all' || parts.includes(part)) specs.get(project).push(path);
    }
  }
  return new Map([...specs].filter(([, paths]) => paths.length > 0));
}

function specsOfCheckout() {
  const inFolder = (folder) => readdirSync(join(ROOT, folder), { recursive: true }).map((path) => `${folder}/${path}`);
  return ['src', 'test'].flatMap(inFolder).filter((path) => path.endsWith('.spec.ts'));
}
