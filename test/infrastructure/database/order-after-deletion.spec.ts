import { afterAll, beforeAll, describe, expect, it } from '@jest/globals';
import pg from 'pg';
import { askOf } from '../../support/clients/ask.js';
import { ORDER_BODY } from '../../support/scenes/order-story.js';
import { query } from '../../support/servers/postgres-databases.js';
import { startStack } from '../../support/stack.js';
import type { Stack } from '../../support/stack.js';

describe('an order that is placed while its customer deletes the account', () => {
  let stack: Stack;
  let deletion: pg.Client;
  const ask = askOf(() => stack);

  beforeAll(async () => {
    stack = await startStack({}, 'servers');
    deletion = new pg.Client({ connectionString: stack.environment.DATABASE_URL });
    await deletion.connect();
  });
  afterAll(async () => {
    await deletion.end();
    await stack.stop();
  });

  it('is rejected, and leaves no address behind', async () => {
    const carla = await stack.people.customer();
    const databaseUrl = stack.environment.DATABASE_URL ?? '';
    await deletion.query('begin');
    await deletion.query('select from users where id = $1 for update', [carla.id]);
    const placed = ask('POST /api/orders/', carla, ORDER_BODY);
    const waiting = `select from pg_stat_activity where wait_event_type = 'Lock' and query ilike 'insert into "orders"%'`;
    while ((await query(databaseUrl, waiting)).length === 0);
    await deletion.query(`update users set disabled = true where id = $1`, [carla.id]);
    await deletion.query('commit');

    expect(await placed).toMatchObject({ status: 401 });
    expect(await query(databaseUrl, `select from orders where customer_id = '${carla.id}'`)).toEqual([]);
  });
});
