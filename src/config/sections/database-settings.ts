import { databaseLocation } from '../values/database-location.js';
import { Section } from '../declarations/section.js';
import { Integer, Ruled } from '../declarations/variable.js';

/** Location of the data, the connections to the database, and how long history is kept. */
@Section('Database')
export class DatabaseSettings {
  @Ruled((text) => text, (value) => typeof value === 'string' && databaseLocation(value) !== null, {
    description:
      'The database: `postgres://user:password@host:5432/tidings`, or the embedded PostgreSQL (PGlite) in a folder, `pglite://FOLDER`, ' +
      'or in memory, `pglite://memory`.',
    default: 'pglite://./data',
    mustBe:
      'postgres://user:password@host:port/database with user and password percent-encoded, pglite://folder or pglite://memory',
    secret: true,
  })
  readonly databaseUrl!: string;

  @Integer({
    description: 'The maximum number of connections to PostgreSQL for requests and sockets of this process.',
    default: '10',
    min: 1,
    max: 1_000,
    unit: 'connections',
  })
  readonly databasePool!: number;

  @Integer({
    description:
      'The maximum number of connections to PostgreSQL for background jobs of this process. Jobs do not use those of `DATABASE_POOL`. Keep the sum of both over all processes below `max_connections` of PostgreSQL.',
    default: '5',
    min: 1,
    max: 1_000,
    unit: 'connections',
  })
  readonly databaseJobPool!: number;

  @Integer({
    description: 'How long durable messages are kept. A client can resume only within this time.',
    unit: 'days',
    default: '30',
    min: 1,
    max: 36_500,
  })
  readonly historyDays!: number;

  @Integer({
    description: 'How long entries of the audit log are kept.',
    unit: 'days',
    zero: 'for ever',
    default: '365',
    min: 0,
    max: 36_500,
  })
  readonly auditDays!: number;
}
