import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import type { Options } from '@node-rs/argon2';
import { ServiceError } from '../../errors/service-error.js';
import { FairSlots } from './fair-slots.js';

/** argon2id (the library's default kind) with OWASP's first choice: 19 MiB, two passes, one lane. */
export const ARGON2: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of a random password nobody knows, with the same cost: what an unknown user's password is compared with. */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$whElEfFGMjIXNVs6FjccLw$dCb2LlzxsWj/YQGA3SjXnN8XlsvU6qShz7QK3MsrIXA';

/** Two of libuv's four threads: the others must stay free for files, names and signatures. */
const THREADS = 2;
/** About five seconds' work. */
const MAX_WAITING = 300;

interface PasswordAttempt {
  /** The address it comes from: addresses take turns, so that one of them cannot fill the line for the others. */
  readonly from: string;
  /** Runs just before hashing, so that attempts sent all at once are counted one after the other. Throws to refuse. */
  readonly permit: () => Promise<void>;
}

@Injectable()
export class Passwords {
  private readonly slots = new FairSlots(THREADS, MAX_WAITING, () => {
    return new ServiceError('unavailable', 'Too many sign-ins at once; try again.', { retryAfterSeconds: 5 });
  });

  /** PHC form. `from` as in `verify`. Throws unavailable when too many are waiting. */
  hash(password: string, from = ''): Promise<string> {
    return this.slots.run(from, () => hash(normalisePassword(password), ARGON2));
  }

  /** Takes the same time whether there is a stored hash or not. Throws unavailable when too many are waiting, and what `permit` throws. */
  verify(stored: string | null, password: string, { from, permit }: PasswordAttempt): Promise<boolean> {
    return this.slots.run(from, async () => {
      await permit();
      const matches = await verify(stored ?? DUMMY_HASH, normalisePassword(password));
      return matches && stored !== null;
    });
  }
}

/** The same letters typed on another keyboard can be other code points. */
export function normalisePassword(password: string): string {
  return password.normalize('NFKC');
}
