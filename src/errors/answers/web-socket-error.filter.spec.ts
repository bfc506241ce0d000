import { describe, expect, it, jest } from '@jest/globals';
import type { ArgumentsHost } from '@nestjs/common';
import { ServiceError } from '../error/service-error.js';
import { WebSocketErrorFilter } from './web-socket-error.filter.js';

function failedWith(exception: unknown): unknown {
  const fail = jest.fn();
  const host = { switchToWs: () => ({ getClient: () => ({ fail }) }) } as unknown as ArgumentsHost;
  new WebSocketErrorFilter().catch(exception, host);
  return fail.mock.calls[0]?.[0];
}

describe('WebSocketErrorFilter', () => {
  it('passes ServiceErrors to the connection, and known other errors as ServiceErrors', () => {
    const error = new ServiceError('forbidden', 'no');
    expect(failedWith(error)).toBe(error);
    expect(failedWith(Object.assign(new Error('away'), { code: '57P01' }))).toMatchObject({ code: 'unavailable' });
  });

  it('passes unexpected errors unchanged, so that the connection logs them', () => {
    const error = new Error('boom');
    expect(failedWith(error)).toBe(error);
  });
});
