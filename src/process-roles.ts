import type { NestExpressApplication } from '@nestjs/platform-express';
import type { NextFunction, Request, Response } from 'express';
import type { Settings } from './config/settings.js';
import { ServiceError } from './errors/service-error.js';

/** As routes match: in any case. */
const EVENT_STREAM = /\/stream\/?$/i;

/** Under `/api` a process answers for its own roles only: event streams with the sockets, everything else with REST. */
export function answerForRoles(app: NestExpressApplication, { roles }: Settings): void {
  app.use('/api', (request: Request, _response: Response, next: NextFunction) => {
    const role = EVENT_STREAM.test(request.path) ? 'realtime' : 'api';
    if (roles.includes(role)) next();
    else next(new ServiceError('not_found', `This process does not run the ${role} role (ROLES).`));
  });
}
