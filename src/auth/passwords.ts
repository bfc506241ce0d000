import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import type { Options } from '@node-rs/argon2';
import { ServiceError } from '../errors/service-error.js';
import { Slots } from './slots.js';

/** argon2id (the library's default kind) with OWASP's first choice: 19 MiB, two passes, one lane. */
export const ARGON2: Options = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Of a random password nobody knows, with the same cost: what an unknown user's password is compared with. */
export const DUMMY_HASH =
  '$argon2id$v=19$m=19456,t=2,p=1$whElEfFGMjIXNVs6FjccLw$dCb2LlzxsWj/YQGA3SjXnN8XlsvU6qShz7QK3MsrIXA';

/** Two of libuv's four threads: the others must stay free for files, names and signatures. */
const THREADS = 2;
/** About five seconds' work. */
const MAX_WAITING = 300;

@Injectable()
export class Passwords {
  private readonly slots = new Slots(THREADS, MAX_WAITING, () => {
    return new ServiceError('unavailable', 'Too many sign-ins at once; try again.', { retryAfterSeconds: 5 });
  });

  /** PHC form. Throws unavailable when too many are waiting. */
  hash(password: string): Promise<string> {
    return this.slots.run(() => hash(normalise(password), ARGON2));
  }

  /**
   * Takes the same time whether there is a stored hash or not. `permit` runs when it is this one's turn, just before hashing, so that
   * attempts sent all at once are counted one after the other; it throws to refuse. Throws unavailable when too many are waiting.
   */
  verify(stored: string | null, password: string, permit: () => Promise<void>): Promise<boolean> {
    return this.slots.run(async () => {
      await permit();
      const matches = await verify(stored ?? DUMMY_HASH, normalise(password));
      return matches && stored !== null;
    });
  }
}

/** The same letters typed on another keyboard can be other code points. */
function normalise(password: string): string {
  return password.normalize('NFKC');
}
