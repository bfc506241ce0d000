import { customType } from 'drizzle-orm/pg-core';
import { stringifyExact } from '../exact-json/exact-json.js';

/** A `jsonb` column that keeps all digits of 64-bit integers: bigint in the service, digits in the database. */
export const exactJsonb = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: stringifyExact,
});
