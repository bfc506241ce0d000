import { describe, expect, it } from '@jest/globals';
import { partnerShare } from './partner-share.js';

describe("the partner's share of a total", () => {
  it.each([
    ['25.50', 1, '25.50'],
    ['25.50', 0.8, '20.40'],
    ['25.50', 0, '0.00'],
    ['0.01', 0.5, '0.01'],
    ['0.01', 0.4999, '0.00'],
    ['0.05', 0.3333, '0.02'],
    ['99999990000000.99', 0.9999, '99989990001000.99'],
  ])('of %s and a share of %d is %s', (amount, share, part) => {
    expect(partnerShare(amount, share)).toBe(part);
  });
});
