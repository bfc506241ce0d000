import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { Settings } from './config/settings.js';
import { ServiceError } from './errors/error/service-error.js';

/** Ignores case, as routes do. */
const EVENT_STREAM = /\/stream\/?$/i;

/** Under `/api`, a process serves only its own roles: event streams belong to the sockets, all other routes to REST. */
export function answerForRoles(app: NestExpressApplication, { process: { roles } }: Settings): void {
  app.use('/api', (request: Request, _response: Response, next: NextFunction) => {
    const role = EVENT_STREAM.test(request.path) ? 'realtime' : 'api';
    if (roles.includes(role)) next();
    else next(new ServiceError('not_found', `This process does not run the ${role} role (ROLES).`));
  });
}
