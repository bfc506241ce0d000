import type { Request } from 'express';
import type { Actor } from './actor.js';

/** A request after `JwtAuthGuard`. `user` is missing on `@Public()` routes. passport defines the name `user`. */
export type AuthenticatedRequest = Omit<Request, 'user'> & { user?: Actor };
