import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsIn, IsOptional } from 'class-validator';
import { and, asc, desc, gt, lt } from 'drizzle-orm';
import type { SQL } from 'drizzle-orm';
import type { PgColumn } from 'drizzle-orm/pg-core';
import { IsMoment, momentOf } from '../input/moment.js';
import { PageQuery, pageRequest } from './page.js';
import type { PageRequest } from './page.js';

/** `created_at`: oldest first. `-created_at`: newest first. */
export const TIME_SORTS = ['created_at', '-created_at'] as const;
export type TimeSort = (typeof TIME_SORTS)[number];

/** The query of lists that are sorted by the time of creation. Subclasses document the default of `sort`. */
export class TimeListQuery extends PageQuery {
  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Only results created after this time' })
  @IsOptional()
  @IsMoment()
  created_after?: string;

  @ApiPropertyOptional({ type: String, format: 'date-time', description: 'Only results created before this time' })
  @IsOptional()
  @IsMoment()
  created_before?: string;

  @IsOptional()
  @IsIn(TIME_SORTS)
  sort?: TimeSort;
}

/** Documents `sort` in a subclass of `TimeListQuery`. */
export const ApiTimeSort = (byDefault: TimeSort): PropertyDecorator =>
  ApiPropertyOptional({
    enum: TIME_SORTS,
    default: byDefault,
    description: '`created_at`: oldest first, `-created_at`: newest first',
  });

/** The input of a repository for one page of a list that is sorted by ids, which increase with time. */
export interface TimePage extends PageRequest {
  readonly isNewestFirst: boolean;
  readonly createdAfter: Date | null;
  readonly createdBefore: Date | null;
}

/** Throws invalid_message for a cursor that does not match `key`, and for times that do not exist. */
export function timePage(query: TimeListQuery, key: RegExp, byDefault: TimeSort): TimePage {
  const { created_after: after, created_before: before, sort = byDefault } = query;
  return {
    ...pageRequest(query, key),
    isNewestFirst: sort === '-created_at',
    createdAfter: after === undefined ? null : momentOf(after, '#/created_after'),
    createdBefore: before === undefined ? null : momentOf(before, '#/created_before'),
  };
}

/** The condition and the order of a page. `id`, `createdAt`: the columns of the list. */
export function timeClauses(page: TimePage, id: PgColumn, createdAt: PgColumn): { where: SQL | undefined; order: SQL } {
  const { after, isNewestFirst, createdAfter, createdBefore } = page;
  const beyond = after === null ? undefined : isNewestFirst ? lt(id, after) : gt(id, after);
  return {
    where: and(
      beyond,
      createdAfter === null ? undefined : gt(createdAt, createdAfter),
      createdBefore === null ? undefined : lt(createdAt, createdBefore),
    ),
    order: isNewestFirst ? desc(id) : asc(id),
  };
}
