import { Injectable } from '@nestjs/common';
import { sql } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import { PersonalData } from '../auth/personal-data/personal-data.js';

/** The earnings of a user who is a partner, for exports. They are kept, because the accounts of the operator contain them. */
@Injectable()
export class EarningData {
  constructor(data: PersonalData) {
    data.register({ name: 'earnings', idType: 'uuid', rows });
  }
}

function rows(userId: string): SQL {
  return sql`SELECT earnings.id, order_id, amount, earnings.created_at
             FROM earnings JOIN partners ON partners.id = earnings.partner_id WHERE partners.user_id = ${userId}`;
}
