import { describe, expect, it } from '@jest/globals';
import { DrizzleQueryError } from 'drizzle-orm';
import { loggable } from './loggable.js';

describe('loggable', () => {
  it('removes the parameters of a query from message and stack', () => {
    const error = new DrizzleQueryError('select $1', ['ann@example.com', '\n    at hush'], new Error('syntax error'));
    const safe = loggable(error) as Error;
    expect(safe.message).toBe('syntax error (select $1)');
    expect(safe.stack).toContain('loggable.spec');
    expect(`${safe.message}${String(safe.stack)}`).not.toMatch(/ann@example|hush/);
  });

  it('does not change other errors', () => {
    const error = new Error('no');
    expect(loggable(error)).toBe(error);
  });
});
