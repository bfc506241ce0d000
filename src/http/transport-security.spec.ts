import { expect, it } from '@jest/globals';
import { transportSecurity } from './transport-security.js';

const forUrl = (publicUrl?: string): ReturnType<typeof transportSecurity> =>
  transportSecurity({ ...(publicUrl !== undefined && { publicUrl }), hstsIncludeSubdomains: false });

it('is sent for a public name over https, without its subdomains', () => {
  expect(forUrl('https://tidings.example.com')).toEqual({ maxAge: 31_536_000, includeSubDomains: false });
});

it('covers subdomains if the operator requests it', () => {
  const settings = { publicUrl: 'https://tidings.example.com', hstsIncludeSubdomains: true };
  expect(transportSecurity(settings)).toMatchObject({ includeSubDomains: true });
});

it.each([
  undefined,
  'http://tidings.example.com',
  'https://localhost',
  'https://localhost:8443',
  'https://tidings',
  'https://trial.test',
  'https://tidings.internal',
  'https://192.0.2.7',
  'https://[2001:db8::7]:8443',
])('is not sent for %s', (publicUrl) => {
  expect(forUrl(publicUrl)).toBe(false);
});
