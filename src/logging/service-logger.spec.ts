import { afterEach, beforeEach, describe, expect, it, jest } from '@jest/globals';
import { ServiceLogger } from './service-logger.js';

it('does not log startup errors that Nest also throws', () => {
  const written = jest.spyOn(process.stderr, 'write').mockReturnValue(true);
  const logger = new ServiceLogger('test');
  logger.error(new Error('no database'), 'ExceptionHandler');
  logger.error('listen EADDRINUSE', 'NestApplication');
  expect(written).not.toHaveBeenCalled();
  logger.error(new Error('something else'), 'HTTP');
  expect(written).toHaveBeenCalledTimes(1);
  written.mockRestore();
});

describe('lines that clients can cause', () => {
  let written: string[];
  let spies: { mockRestore(): void }[];
  beforeEach(() => {
    written = [];
    const note = (text: unknown): boolean => {
      written.push(String(text));
      return true;
    };
    spies = [process.stderr, process.stdout].map((stream) => jest.spyOn(stream, 'write').mockImplementation(note));
  });
  afterEach(() => {
    for (const spy of spies) spy.mockRestore();
    jest.useRealTimers();
  });

  it.each(['development', 'production'] as const)('have a limited length and no control characters: %s', (nodeEnv) => {
    const logger = new ServiceLogger(nodeEnv);
    const hostile = `GET /\r\n[Nest] ERROR forged\u001b[2J${'x'.repeat(1_000_000)}`;
    logger.warn(hostile, 'HTTP');
    logger.error('PUT /', new Error(hostile, { cause: new Error(hostile) }), 'HTTP');
    logger.error(new Error(hostile), 'Connection');
    const text = written.join('');
    expect(text).toContain('forged');
    expect(text.length).toBeLessThan(40_000);
    expect(text).not.toMatch(/^\[Nest\] ERROR forged/m);
    expect(text).not.toContain('\u001b[2J');
  });

  it('do not contain parameters of queries', () => {
    const failed = Object.assign(new Error('Failed query: select 1 params: secret@example.com'), {
      query: 'select 1',
      params: ['secret@example.com'],
      cause: Object.assign(new Error('bad byte'), { code: '22021', detail: 'Key (email)=(secret@example.com)' }),
    });
    new ServiceLogger('production').error(failed, 'Connection');
    expect(written.join('')).toContain('bad byte');
    expect(written.join('')).not.toContain('secret@example.com');
  });

  it('are written a hundred times in ten seconds and then only counted', () => {
    jest.useFakeTimers();
    const logger = new ServiceLogger('production');
    for (let n = 0; n < 1_000; n += 1) logger.error('GET /', new Error('no'), 'HTTP');
    logger.error('another context', 'Bus');
    expect(written).toHaveLength(101);
    jest.advanceTimersByTime(10_000);
    expect(JSON.parse(written[101] ?? '')).toMatchObject({
      level: 'warn',
      context: 'HTTP',
      message: '900 further lines in 10 seconds suppressed',
    });
    logger.error('GET /', new Error('no'), 'HTTP');
    expect(written).toHaveLength(103);
  });
});
