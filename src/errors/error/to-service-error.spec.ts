import { describe, expect, it } from '@jest/globals';
import { NotFoundException, UnauthorizedException } from '@nestjs/common';
import { ServiceError } from './service-error.js';
import { toServiceError } from './to-service-error.js';

const withCode = (code: string): Error => Object.assign(new Error('no'), { code });

describe('toServiceError', () => {
  it('does not change a ServiceError', () => {
    const error = new ServiceError('conflict', 'no');
    expect(toServiceError(error)).toBe(error);
  });

  it.each([
    [new UnauthorizedException(), 'unauthenticated'],
    [new NotFoundException('gone'), 'not_found'],
    [withCode('ECONNREFUSED'), 'unavailable'],
    [withCode('57P01'), 'unavailable'],
    [withCode('08006'), 'unavailable'],
    [withCode('40P01'), 'unavailable'],
    [withCode('53300'), 'unavailable'],
    [withCode('53100'), 'unavailable'],
    [new Error('Failed query', { cause: withCode('57P03') }), 'unavailable'],
    [new Error('Connection terminated unexpectedly'), 'unavailable'],
    [new Error('timeout exceeded when trying to connect'), 'unavailable'],
    [withCode('23505'), 'internal'],
    [new Error('boom'), 'internal'],
    ['boom', 'internal'],
    [undefined, 'internal'],
  ])('converts %p to %s', (error, code) => {
    expect(toServiceError(error).code).toBe(code);
  });

  it('hides the text of an unexpected error, and keeps the error as the cause', () => {
    const error = new Error('the password is hush');
    const told = toServiceError(error);
    expect(told.detail).not.toContain('hush');
    expect(told.cause).toBe(error);
  });
});
