import { Type } from 'class-transformer';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { decodeCursor, encodeCursor } from './cursor.js';

/** `?limit=&cursor=` of every list. */
export class PageQuery {
  /** How many at most, 1 to 100. Default: 20. */
  @ApiPropertyOptional({
    type: Number,
    minimum: 1,
    maximum: 100,
    default: 20,
    description: 'Maximum number of results',
  })
  @Type(() => Number)
  @IsInt()
  @Min(1)
  @Max(100)
  limit = 20;

  /** `next_cursor` of the page before. Absent: the first page. */
  @ApiPropertyOptional({ type: String, description: '`next_cursor` of the previous page' })
  @IsOptional()
  @IsString()
  @MaxLength(200)
  cursor?: string;
}

/** One page as REST answers it. */
export interface Page<T> {
  results: T[];
  /** For the next page; null on the last one. */
  next_cursor: string | null;
}

/** What a repository needs to read one page: one row more than shown tells whether there is a next page. */
export interface PageRequest {
  /** Key of the last row of the page before, or null for the first page. */
  readonly after: string | null;
  /** Rows to read: the page's size and one more. */
  readonly take: number;
}

/** Reads the query of a list. `key` is what the list's keys look like; another cursor is refused (invalid_message). */
export function pageRequest(query: PageQuery, key: RegExp): PageRequest {
  return { after: query.cursor === undefined ? null : decodeCursor(query.cursor, key), take: query.limit + 1 };
}

/** Makes a page of the rows a repository read for `request`. */
export function pageOf<Row, T>(
  rows: readonly Row[],
  request: PageRequest,
  key: (row: Row) => string,
  view: (row: Row) => T,
): Page<T> {
  const shown = rows.slice(0, request.take - 1);
  const last = shown.at(-1);
  const more = rows.length === request.take && last !== undefined;
  return { results: shown.map(view), next_cursor: more ? encodeCursor(key(last)) : null };
}
