import 'reflect-metadata';
import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validate } from 'class-validator';
import { RegisterDto } from './auth.dto.js';

const valid = { email: 'ada@example.com', password: 'correct horse battery' };

async function badFields(body: object): Promise<string[]> {
  return (await validate(plainToInstance(RegisterDto, body))).map((error) => error.property);
}

describe('registration', () => {
  it.each([
    ['the required members only', {}],
    ['a name and a role', { name: 'Ada', role: 'partner' }],
    ['8 characters', { password: 'tr0ub4d&' }],
    ['128 characters', { password: 'correct horse '.repeat(10).slice(0, 128) }],
    ['spaces around the address', { email: '  ada@example.com ' }],
  ])('accepts %s', async (_, change) => {
    expect(await badFields({ ...valid, ...change })).toEqual([]);
  });

  it.each([
    ['7 characters', 'password', { password: 'tr0ub4d' }],
    ['129 characters', 'password', { password: 'correct horse '.repeat(10).slice(0, 129) }],
    ['a NUL character in the password', 'password', { password: 'correct\0horse' }],
    ['a number for a password', 'password', { password: 123456789 }],
    ['no address', 'email', { email: undefined }],
    ['an incomplete address', 'email', { email: 'ada@' }],
    ['a list of addresses', 'email', { email: ['ada@example.com'] }],
    ['the role admin', 'role', { role: 'admin' }],
    ['a long name', 'name', { name: 'a'.repeat(101) }],
    ['a NUL character in the name', 'name', { name: 'A\0da' }],
  ])('rejects %s', async (_, field, change) => {
    expect(await badFields({ ...valid, ...change })).toEqual([field]);
  });
});
