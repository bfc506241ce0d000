import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import { closeRequestBodies } from './input/closed-schemas.js';
import { asyncApiDocument } from './realtime/async-api.js';
import { GatewayRegistry } from './realtime/gateway-registry.js';
import { PublicUrls } from './realtime/public-urls.js';

const VERSION = '0.1.0';

/** OpenAPI at `/api/openapi.json`, Swagger UI at `/api/docs`, AsyncAPI of the sockets at `/api/asyncapi.json`. */
export function serveApiDocs(app: NestExpressApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Tidings')
    .setDescription(
      'Notifications, order tracking and partner updates. Sign in with `POST /api/auth/login` (demo accounts: ' +
        '`customer@example.com`, `partner@example.com`, `admin@example.com`, password `tidings-demo`), then press ' +
        '*Authorize* and paste the `access_token`. Errors are `application/problem+json` (RFC 9457). The WebSockets are ' +
        'described in [AsyncAPI](asyncapi.json).',
    )
    .setVersion(VERSION)
    .addBearerAuth()
    .build();
  SwaggerModule.setup('api/docs', app, () => closeRequestBodies(SwaggerModule.createDocument(app, config)), {
    jsonDocumentUrl: 'api/openapi.json',
    swaggerOptions: { persistAuthorization: true },
    customSiteTitle: 'Tidings API',
  });
  serveAsyncApi(app);
}

function serveAsyncApi(app: NestExpressApplication): void {
  const registry = app.get(GatewayRegistry);
  const urls = app.get(PublicUrls);
  const express = app.getHttpAdapter().getInstance();
  express.get('/api/asyncapi.json', (request, response) => {
    const server = urls.socketBase(request);
    response.json(asyncApiDocument(registry.all, { version: VERSION, server }));
  });
}
