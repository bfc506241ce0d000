import type { Request } from 'express';
import type { Principal } from './principal.js';

/** A request after `JwtAuthGuard`. `user` is missing on `@Public()` routes. passport defines the name `user`. */
export type AuthenticatedRequest = Omit<Request, 'user'> & { user?: Principal };
