import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import type { Options } from '@node-rs/argon2';
import { ServiceError } from '../../errors/error/service-error.js';
import { FairSlots } from './fair-slots.js';

/** argon2id (the library's default) with OWASP's first choice: 19 MiB, two passes, one lane. */
export const ARGON2: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** The hash of an unknown random password, with the same cost. Passwords for unknown users are compared with it. */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$whElEfFGMjIXNVs6FjccLw$dCb2LlzxsWj/YQGA3SjXnN8XlsvU6qShz7QK3MsrIXA';

/** Two of libuv's four threads. The others stay free for files, name resolution and signatures. */
const THREADS = 2;
/** About five seconds of work. */
const MAX_WAITING = 300;

interface PasswordAttempt {
  /** The network address of the client. Addresses are served in turn, so that one of them cannot fill the queue for the others. */
  readonly from: string;
  /** Runs just before hashing, so that concurrent attempts are counted one after the other. Throws to reject the attempt. */
  readonly permit: () => Promise<void>;
}

@Injectable()
export class Passwords {
  private readonly slots = new FairSlots(THREADS, MAX_WAITING, () => {
    return new ServiceError('unavailable', 'Too many sign-ins at once; try again.', { retryAfterSeconds: 5 });
  });

  /** Returns the hash in PHC form. `from` as in `verify`. Throws unavailable if too many attempts are waiting. */
  hash(password: string, from = ''): Promise<string> {
    return this.slots.run(from, () => hash(normalisePassword(password), ARGON2));
  }

  /** Takes the same time with and without a stored hash. Throws unavailable if too many attempts are waiting, and errors of `permit`. */
  verify(stored: string | null, password: string, { from, permit }: PasswordAttempt): Promise<boolean> {
    return this.slots.run(from, async () => {
      await permit();
      const matches = await verify(stored ?? DUMMY_HASH, normalisePassword(password));
      return matches && stored !== null;
    });
  }
}

/** The same letters typed on different keyboards can be different code points. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}
