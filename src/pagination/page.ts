import { Type } from 'class-transformer';
import { ApiPropertyOptional } from '@nestjs/swagger';
import { IsInt, IsOptional, IsString, Max, MaxLength, Min } from 'class-validator';
import { decodeCursor, encodeCursor } from './cursor.js';

/** Enough for a time and a user id of 255 characters, in UTF-8 and base64url. */
const MAX_CURSOR = 1_400;

/** `?limit=&cursor=` of all lists. */
export class PageQuery {
  /** Maximum number of items, 1 to 100. Default: 20. */
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

  /** `next_cursor` of the previous page. Absent: the first page. */
  @ApiPropertyOptional({ type: String, description: '`next_cursor` of the previous page' })
  @IsOptional()
  @IsString()
  @MaxLength(MAX_CURSOR)
  cursor?: string;
}

/** A page as REST returns it. */
export interface Page<T> {
  results: T[];
  /** The cursor of the next page; null on the last page. */
  next_cursor: string | null;
}

/** The input of a repository for one page. It reads one extra row to find out whether there is a next page. */
export interface PageRequest {
  /** Key of the last row of the previous page; null for the first page. */
  readonly after: string | null;
  /** Number of rows to read: the page size plus one. */
  readonly take: number;
}

/** Reads the query of a list. `key`: the pattern of the list's keys. Throws invalid_message for a cursor that does not match. */
export function pageRequest(query: PageQuery, key: RegExp): PageRequest {
  return { after: query.cursor === undefined ? null : decodeCursor(query.cursor, key), take: query.limit + 1 };
}

/** Creates a page from the rows that a repository read for `request`. */
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
