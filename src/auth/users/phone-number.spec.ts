import { describe, expect, it } from '@jest/globals';
import { plainToInstance } from 'class-transformer';
import { validateSync } from 'class-validator';
import { IsPhone, phoneNumber } from './phone-number.js';

class Contact {
  @IsPhone()
  phone!: unknown;
}

describe('phoneNumber', () => {
  it.each([
    ['+493012345678', '+493012345678'],
    [' +49 (30) 1234-5678 ', '+493012345678'],
    ['+1 415 555 2671', '+14155552671'],
    ['+44 7911 123456', '+447911123456'],
  ])('accepts %s', (text, number) => {
    expect(phoneNumber(text)).toBe(number);
  });

  it.each([
    '',
    'hello',
    '030 12345678',
    '00493012345678',
    '+0',
    '+12345',
    '+999 123456789',
    '+1 415 555 2671 ext. 7',
    'call +14155552671 now',
    '+14155552671\r\nBcc: x@example.com',
    '+1415555267100000000000000000000000000000000',
    4155552671,
    null,
    ['+14155552671'],
  ])('rejects %j', (text) => {
    expect(phoneNumber(text)).toBeNull();
  });
});

describe('IsPhone', () => {
  it('validates numbers and converts them to E.164', () => {
    const good = plainToInstance(Contact, { phone: '+49 30 12345678' });
    expect([validateSync(good), good.phone]).toEqual([[], '+493012345678']);
    const bad = plainToInstance(Contact, { phone: '12' });
    expect(validateSync(bad)[0]?.constraints).toEqual({
      isPhone: 'phone must be a phone number with its country, such as +49 30 123456',
    });
  });
});
