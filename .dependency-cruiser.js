/**
 * The rooms (folders of src) and the rooms that each may import; ARCHITECTURE.md shows them. A folder that is not listed here is an
 * error.
 */
// `config` is permitted for settings such as CURRENCY. Only `config` reads process.env.
const plumbing = [
  'config',
  'text',
  'exact-json',
  'errors',
  'input',
  'database',
  'jobs',
  'idempotency',
  'pagination',
  'audit',
  'auth',
  'channel-layer',
  'streams',
  'realtime',
  'presence',
];
const rooms = {
  config: ['locale'],
  locale: [],
  'exact-json': [],
  text: [],
  errors: ['text'],
  input: ['errors', 'exact-json', 'text'],
  redis: ['config'],
  // A library. `redis-address.ts` reads settings, for callers that have settings.
  'channel-layer': ['redis'],
  pagination: ['errors', 'input'],
  'client-address': [],
  database: ['config', 'errors', 'exact-json', 'text'],
  // For the roles and pages of its admin routes.
  jobs: ['config', 'errors', 'input', 'text', 'database', 'pagination', 'auth/principal'],
  // For the roles and pages of its admin routes.
  audit: ['config', 'errors', 'input', 'database', 'pagination', 'auth/principal'],
  auth: ['config', 'client-address', 'redis', 'audit', 'errors', 'input', 'text', 'locale', 'database', 'idempotency'],
  // Creates, rotates and revokes the keys that `auth` verifies.
  'api-keys': ['audit', 'errors', 'input', 'database', 'idempotency', 'pagination', 'auth'],
  'user-accounts': [
    'audit',
    'config',
    'errors',
    'input',
    'database',
    'idempotency',
    'pagination',
    'auth',
    'realtime',
    'password-resets',
  ],
  idempotency: ['errors', 'exact-json', 'database', 'auth/principal'],
  streams: ['config', 'errors', 'exact-json', 'database', 'channel-layer'],
  realtime: [
    'config',
    'exact-json',
    'client-address',
    'errors',
    'input',
    'database/backend/transaction.ts',
    'channel-layer',
    'streams',
    'auth',
  ],
  // `realtime/info` lists the channels that are off and the reasons.
  'realtime-info': ['config', 'errors', 'auth', 'providers', 'realtime'],
  providers: [
    'audit',
    'config',
    'errors',
    'input',
    'text',
    'exact-json',
    'database',
    'jobs',
    'idempotency',
    'pagination',
    'auth',
    'channel-layer/interface/message.ts',
  ],
  presence: ['config', 'channel-layer', 'streams/names/own-group.ts'],
  batches: [
    'audit',
    'config',
    'errors',
    'input',
    'exact-json',
    'database',
    'jobs',
    'pagination',
    'auth',
    'channel-layer/interface/message.ts',
    'streams',
  ],
  'notification-types': ['config', 'errors', 'input', 'exact-json', 'text', 'locale', 'auth'],
  preferences: [...plumbing, 'locale', 'providers', 'notification-types'],
  notifications: [...plumbing, 'batches', 'locale', 'notification-types'],
  deliveries: [...plumbing, 'providers', 'locale', 'notification-types', 'preferences', 'notifications'],
  // Sends the e-mails and SMS that ask a user to confirm an address.
  confirmations: [...plumbing, 'client-address', 'input', 'providers', 'locale', 'notification-types'],
  // Sends the links that set a new password.
  'password-resets': [...plumbing, 'client-address', 'providers', 'locale', 'notification-types'],
  'security-alerts': [...plumbing, 'notifications'],
  partners: [...plumbing, 'notifications'],
  orders: [...plumbing, 'locale', 'partners', 'notifications'],
  webhooks: [...plumbing, 'notifications', 'deliveries', 'orders'],
  'shared-orders': [...plumbing, 'orders', 'realtime-info'],
  http: ['config', 'errors', 'exact-json', 'auth'],
  logging: ['config', 'errors', 'database/backend/database-start-failed.ts'],
};
/** These rooms may import every room. Only the files of src itself may import them. */
const topRooms = ['health', 'demo', 'commands'];

const SPEC = '\\.spec\\.ts$';
const named = [...Object.keys(rooms), ...topRooms];

const path = (place) => (place.endsWith('.ts') ? `^src/${place.replaceAll('.', '\\.')}$` : `^src/${place}/`);

const imports = Object.entries(rooms).map(([room, permitted]) => ({
  name: `imports-of-${room}`,
  comment: `${room} may import ${permitted.join(', ') || 'no other room'}.`,
  severity: 'error',
  from: { path: path(room), pathNot: SPEC },
  to: { path: '^(src|test|bench|client|web)/', pathNot: [room, ...permitted].map(path) },
}));

/** @type {import('dependency-cruiser').IConfiguration} */
export default {
  forbidden: [
    ...imports,
    {
      name: 'top-rooms-import-rooms-only',
      severity: 'error',
      from: { path: `^src/(${topRooms.join('|')})/`, pathNot: SPEC },
      to: { path: ['^(test|bench|client|web)/', '^src/[^/]+\\.ts$'] },
    },
    {
      name: 'every-file-has-a-room',
      comment: 'Add the folder and its permitted imports to .dependency-cruiser.js, or move the file.',
      severity: 'error',
      from: { path: '^src/[^/]+/', pathNot: `^src/(${named.join('|')})/` },
      to: {},
    },
    {
      name: 'no-catch-all-folders',
      comment:
        'Name a folder after its content instead of common, shared, utils or helpers. An index.ts hides which file is used.',
      severity: 'error',
      from: {},
      to: { path: ['^src/.*(common|shared|utils?|helpers?)/', '^src/.*index\\.ts$'] },
    },
    {
      name: 'folders-do-not-import-their-room',
      comment: 'The files at the top of a room import its folders, not the reverse.',
      severity: 'error',
      from: { path: '^src/([^/]+)/[^/]+/', pathNot: SPEC },
      to: { path: '^src/$1/[^/]+\\.ts$' },
    },
    { name: 'no-circles', severity: 'error', from: {}, to: { circular: true } },
    { name: 'no-unresolvable', severity: 'error', from: {}, to: { couldNotResolve: true } },
    {
      name: 'production-code-needs-production-packages',
      severity: 'error',
      from: { path: '^src/', pathNot: SPEC },
      to: { dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown'], dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'client-imports-no-other-code',
      severity: 'error',
      from: { path: '^client/' },
      to: { path: '^(src|test|bench|web)/' },
    },
    {
      name: 'web-and-bench-import-the-client-only',
      severity: 'error',
      from: { path: '^(web|bench)/' },
      to: { path: '^(src|test)/' },
    },
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'require', 'node', 'default', 'types'],
    },
  },
};
