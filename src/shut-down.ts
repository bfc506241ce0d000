import { Logger } from '@nestjs/common';
import type { INestApplication } from '@nestjs/common';
import type { NextFunction, Request, Response } from 'express';
import type { Server } from 'node:http';
import type { Settings } from './config/settings.js';
import { ServiceError } from './errors/error/service-error.js';
import type { HttpAdapter } from './http/http-adapter.js';
import { onSignals } from './start-signals.js';

const IDLE_POLL_MS = 100;

/** SIGTERM and SIGINT drain the process and end it with exit code 0, within DRAIN_TIMEOUT. A second signal ends it at once. */
export function shutDownOnSignals(app: INestApplication, settings: Settings): void {
  const logger = new Logger('Shutdown');
  let ending = false;
  const end = (signal: NodeJS.Signals): void => {
    if (ending) process.exit(1);
    ending = true;
    logger.log(`${signal}: draining`);
    setTimeout(() => {
      logger.error('draining took longer than DRAIN_TIMEOUT');
      process.exit(1);
    }, settings.sockets.drainTimeout * 1000).unref();
    setInterval(() => closeIdle(app.getHttpServer() as Server), IDLE_POLL_MS).unref();
    app.close().then(
      () => process.exit(0),
      (error: unknown) => {
        logger.error(error);
        process.exit(1);
      },
    );
  };
  onSignals(end);
}

/** Read requests near the end of a shutdown get 503; see HttpAdapter. Probes and metrics are still answered. */
export function refuseReadsAtTheEnd(adapter: HttpAdapter) {
  return ({ method, path }: Request, _response: Response, next: NextFunction): void => {
    const isProbe = /^\/(health|metrics)(\/|$)/i.test(path);
    if (isProbe || !adapter.refuses(method)) next();
    else
      next(new ServiceError('unavailable', 'This node is stopping. Send the request again.', { retryAfterSeconds: 1 }));
  };
}

/** Closing a server only closes connections that are idle at that moment. This closes connections that become idle later. */
function closeIdle(server: Server): void {
  if (!server.listening) server.closeIdleConnections();
}
