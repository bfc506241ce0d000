import type { INestApplication } from '@nestjs/common';
import type { NestExpressApplication } from '@nestjs/platform-express';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';
import type { OpenAPIObject } from '@nestjs/swagger';
import { documentScopes } from './auth/api-keys/document-scopes.js';
import { API_KEY_SECURITY } from './auth/principal/api-key-scope.decorator.js';
import { documentProblems } from './errors/answers/problem-responses.js';
import { closeRequestBodies } from './input/closed-schemas.js';
import { asyncApiDocument } from './realtime/async-api/async-api.js';
import type { AsyncApiDocument } from './realtime/async-api/async-api.js';
import { GatewayRegistry } from './realtime/gateway/gateway-registry.js';
import { PublicUrls } from './realtime-info/public-urls.js';

const VERSION = '0.1.0';

/** Serves OpenAPI at `/api/openapi.json`, Swagger UI at `/api/docs` and AsyncAPI of the sockets at `/api/asyncapi.json`. */
export function serveApiDocs(app: NestExpressApplication): void {
  SwaggerModule.setup('api/docs', app, () => openApi(app), {
    jsonDocumentUrl: 'api/openapi.json',
    swaggerOptions: { persistAuthorization: true },
    customSiteTitle: 'Tidings API',
  });
  const urls = app.get(PublicUrls);
  const express = app.getHttpAdapter().getInstance();
  express.get('/api/asyncapi.json', (request, response) => {
    response.json(asyncApi(app, urls.socketBase(request)));
  });
}

/** OpenAPI document of the REST API. */
export function openApi(app: INestApplication): OpenAPIObject {
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
    .addSecurity(API_KEY_SECURITY, {
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'tdk_...',
      description:
        'An API key of `api-keys/`, for programs. `x-api-key-scope` names the scope that the route requires.',
    })
    .build();
  return documentProblems(documentScopes(closeRequestBodies(SwaggerModule.createDocument(app, config))));
}

/** AsyncAPI document of the sockets. `server`: their address. */
export function asyncApi(app: INestApplication, server: URL): AsyncApiDocument {
  return asyncApiDocument(app.get(GatewayRegistry).all, { version: VERSION, server });
}
