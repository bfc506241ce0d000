import { customType } from 'drizzle-orm/pg-core';
import { stringifyExact } from '../exact-json/exact-json.js';

/** A `jsonb` column whose 64-bit integers keep all digits: bigint here, digits in the database. */
export const exactJsonb = customType<{ data: unknown; driverData: string }>({
  dataType: () => 'jsonb',
  toDriver: stringifyExact,
});
