import { describe, expect, it } from '@jest/globals';
import { parseOptions } from '@node-rs/argon2';
import { ServiceError } from '../../errors/error/service-error.js';
import { ARGON2, DUMMY_HASH, Passwords } from './passwords.js';

const allow = { from: '192.0.2.1', permit: () => Promise.resolve() };

describe('Passwords', () => {
  const passwords = new Passwords();

  it('accepts the right password only', async () => {
    const stored = await passwords.hash('correct horse battery');

    expect(stored).toMatch(/^\$argon2id\$v=19\$m=19456,t=2,p=1\$/);
    expect(await passwords.verify(stored, 'correct horse battery', allow)).toBe(true);
    expect(await passwords.verify(stored, 'Correct horse battery', allow)).toBe(false);
    expect(await passwords.verify(stored, '', allow)).toBe(false);
  });

  it('accepts the same letters from another keyboard', async () => {
    const stored = await passwords.hash('caf\u00e9 au lait');

    expect(await passwords.verify(stored, 'cafe\u0301 au lait', allow)).toBe(true);
  });

  it('takes as long for unknown users as for known users', async () => {
    const { algorithm, memoryCost, timeCost, parallelism, outputLen } = parseOptions(DUMMY_HASH);
    const real = parseOptions(await passwords.hash('correct horse battery'));

    expect({ memoryCost, timeCost, parallelism }).toEqual(ARGON2);
    expect({ algorithm, outputLen }).toEqual({ algorithm: real.algorithm, outputLen: real.outputLen });
    expect(await passwords.verify(null, 'correct horse battery', allow)).toBe(false);
  });

  it('asks for permission before hashing, and passes on its error', async () => {
    const refuse = { from: '', permit: () => Promise.reject(new ServiceError('rate_limited', 'Too many.')) };

    await expect(passwords.verify(DUMMY_HASH, 'whatever', refuse)).rejects.toMatchObject({ code: 'rate_limited' });
  });

  it('queues many requests, up to a limit', async () => {
    let refuseAll!: (error: Error) => void;
    const gate = new Promise<void>((_, reject) => (refuseAll = reject));
    const crowd = Array.from({ length: 400 }, () =>
      passwords.verify(null, 'correct horse battery', { from: '', permit: () => gate }),
    );
    const all = Promise.allSettled(crowd);
    refuseAll(new ServiceError('rate_limited', 'Too many.'));
    const outcomes = await all;
    const codes = outcomes.map((outcome) =>
      outcome.status === 'rejected' ? (outcome.reason as ServiceError).code : '',
    );

    expect(codes.filter((code) => code === 'unavailable')).toHaveLength(98);
    expect(codes.filter((code) => code === 'rate_limited')).toHaveLength(302);
  });
});
