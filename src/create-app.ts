import { NestFactory } from '@nestjs/core';
import type { NestExpressApplication } from '@nestjs/platform-express';
import helmet from 'helmet';
import { fileURLToPath } from 'node:url';
import { serveApiDocs } from './api-docs.js';
import { prefixRoutes } from './api-prefix.js';
import { AppModule } from './app.module.js';
import { RequestLimits } from './auth/limits/request-limits.js';
import type { Settings } from './config/settings.js';
import { allowOrigins } from './http/cors.js';
import { setUpHttpErrors } from './errors/http-errors.js';
import { HttpMetrics } from './health/http-metrics.js';
import { HttpAdapter } from './http/http-adapter.js';
import { requireReaders } from './http/http-deadlines.js';
import { checkInput } from './input/check-input.js';
import { answerForRoles } from './process-roles.js';
import { RealtimeAdapter } from './realtime/realtime.adapter.js';
import { ServiceLogger } from './logging/service-logger.js';
import { refuseReadsAtTheEnd } from './shut-down.js';
import { transportSecurity } from './http/transport-security.js';

const WEB_FOLDER = fileURLToPath(new URL('../web', import.meta.url));

/** Creates the whole service, initialised but not listening. `main.ts` and all tests use it. */
export async function createApp(settings: Settings): Promise<NestExpressApplication> {
  const adapter = new HttpAdapter(settings.limits, settings.sockets.drainTimeout);
  const app = await NestFactory.create<NestExpressApplication>(AppModule.forRoot(settings), adapter, {
    logger: new ServiceLogger(settings.process.nodeEnv),
    bodyParser: false,
    abortOnError: false,
    // `notifications/preferences/` must not be read as `notifications/{id}/`, whatever the order of the modules.
    routeResolutionStrategy: 'specificity',
  });
  if (settings.process.trustProxy) app.set('trust proxy', 1);
  app.disable('x-powered-by');
  app.use(app.get(HttpMetrics).observe);
  app.use(helmet(securityHeaders(settings)));
  allowOrigins(app);
  app.use(refuseReadsAtTheEnd(adapter));
  app.use(app.get(RequestLimits).refuseAnonymous);
  setUpHttpErrors(app);
  checkInput(app);
  app.use(requireReaders(settings.limits));
  prefixRoutes(app);
  answerForRoles(app, settings);
  if (settings.process.roles.includes('api')) app.useStaticAssets(WEB_FOLDER);
  if (settings.process.roles.includes('api')) serveApiDocs(app);
  app.useWebSocketAdapter(new RealtimeAdapter(app, settings.process.roles.includes('realtime')));
  await app.init();
  return app;
}

/** Origins at which the page and the Swagger UI open sockets, in addition to `'self'`, which includes sockets of the same origin. */
function socketOrigins({ process: { publicUrl, realtimeUrl } }: Settings): string[] {
  return [publicUrl, realtimeUrl].flatMap((url) => {
    if (url === undefined) return [];
    const { protocol, host } = new URL(url);
    return /^(https|wss):$/.test(protocol) ? [`wss://${host}`, `https://${host}`] : [`ws://${host}`, `http://${host}`];
  });
}

function securityHeaders(settings: Settings): Parameters<typeof helmet>[0] {
  return {
    contentSecurityPolicy: {
      directives: {
        connectSrc: ["'self'", ...socketOrigins(settings)],
        upgradeInsecureRequests: null,
      },
    },
    strictTransportSecurity: transportSecurity(settings.process),
  };
}
