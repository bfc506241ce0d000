import { describe, expect, it } from '@jest/globals';
import { decodeCursor, encodeCursor } from './cursor.js';
import { PageQuery, pageOf, pageRequest } from './page.js';

const NUMBER = /^\d{1,15}$/;

function query(members: Partial<PageQuery>): PageQuery {
  return Object.assign(new PageQuery(), members);
}

/** The rows 1..count of a table after the key of the request, as a repository would read them. */
function read(count: number, after: string | null, take: number): number[] {
  const first = after === null ? 1 : Number(after) + 1;
  return Array.from({ length: count - first + 1 }, (_, index) => first + index).slice(0, take);
}

describe('pages', () => {
  it.each([0, 1, 2, 3, 4, 5])('contain each of %i rows once', (count) => {
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const request = pageRequest(query({ limit: 2, cursor }), NUMBER);
      const page = pageOf(read(count, request.after, request.take), request, String, (row) => row);
      expect(page.results.length).toBeLessThanOrEqual(2);
      seen.push(...page.results);
      cursor = page.next_cursor ?? undefined;
    } while (cursor);
    expect(seen).toEqual(read(count, null, count));
  });

  it('have 20 rows by default', () => {
    expect(pageRequest(new PageQuery(), NUMBER)).toEqual({ after: null, take: 21 });
  });

  it('have no cursor if the last row is the last one of the page', () => {
    const request = pageRequest(query({ limit: 2 }), NUMBER);
    expect(pageOf([1, 2], request, String, (row) => row).next_cursor).toBeNull();
  });
});

describe('a cursor', () => {
  it('returns the key that it was created from', () => {
    expect(decodeCursor(encodeCursor('42'), NUMBER)).toBe('42');
  });

  it.each(['', '42', '!!', encodeCursor('x'), `${encodeCursor('42')}=`, encodeCursor("1' or 1=1")])(
    'is rejected if it is not ours: %p',
    (cursor) => {
      expect(() => decodeCursor(cursor, NUMBER)).toThrow(
        expect.objectContaining({
          code: 'invalid_message',
          errors: [expect.objectContaining({ pointer: '#/cursor' })],
        }),
      );
    },
  );
});
