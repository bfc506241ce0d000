import type { Request } from 'express';
import type { Principal } from './principal.js';

/** A request behind `JwtAuthGuard`; `user` is missing on `@Public()` routes. The name is passport's. */
export type AuthenticatedRequest = Omit<Request, 'user'> & { user?: Principal };
