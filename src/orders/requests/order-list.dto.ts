import { ApiPropertyOptional } from '@nestjs/swagger';
import { Transform } from 'class-transformer';
import { ArrayMaxSize, ArrayMinSize, IsIn, IsOptional, Length, Matches } from 'class-validator';
import { IsStorableText } from '../../database/storable-text.js';
import { ApiTimeSort, TimeListQuery } from '../../pagination/time-list.js';
import type { TimeSort } from '../../pagination/time-list.js';
import { ORDER_STATUSES } from '../status/order-status.js';
import type { OrderStatus } from '../status/order-status.js';

const UUID_OR_NONE = /^(none|[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12})$/i;

/** The query of GET partners/me/orders/. */
export class PartnerOrderListQuery extends TimeListQuery {
  @ApiPropertyOptional({
    type: String,
    example: 'pending,confirmed',
    description: 'Only orders in this status, or in one of several, separated by commas',
  })
  @IsOptional()
  @Transform(({ obj }: { obj: { status?: unknown } }) => listOf(obj.status))
  @ArrayMinSize(1)
  @ArrayMaxSize(ORDER_STATUSES.length)
  @IsIn(ORDER_STATUSES, { each: true, message: `$property must be one or more of ${ORDER_STATUSES.join(', ')}` })
  status?: OrderStatus[];

  @ApiPropertyOptional({
    type: String,
    minLength: 1,
    maxLength: 100,
    example: 'Rose Street',
    description: 'Only orders with this text in an address, the notes or the name of an item, or with this id',
  })
  @IsOptional()
  @Length(1, 100)
  @IsStorableText()
  q?: string;

  @ApiTimeSort('-created_at')
  declare sort?: TimeSort;
}

/** The query of GET orders/. */
export class OrderListQuery extends PartnerOrderListQuery {
  @ApiPropertyOptional({
    type: String,
    description: 'Only orders of this partner; `none`: only orders without a partner. For administrators',
  })
  @IsOptional()
  @Matches(UUID_OR_NONE, { message: '$property must be the id of a partner, or none' })
  partner_id?: string;
}

function listOf(text: unknown): unknown {
  return typeof text === 'string' ? text.split(',') : text;
}
