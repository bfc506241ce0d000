import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule } from '@nestjs/swagger';

/** OpenAPI at `/api/openapi.json`, Swagger UI at `/api/docs`. */
export function serveApiDocs(app: INestApplication): void {
  const config = new DocumentBuilder()
    .setTitle('Tidings')
    .setDescription(
      'Notifications, order tracking and partner updates. Sign in with `POST /api/auth/login` (demo accounts: ' +
        '`customer@example.com`, `partner@example.com`, `admin@example.com`, password `tidings-demo`), then press ' +
        '*Authorize* and paste the `access_token`. Errors are `application/problem+json` (RFC 9457).',
    )
    .setVersion('0.1.0')
    .addBearerAuth()
    .build();
  SwaggerModule.setup('api/docs', app, () => SwaggerModule.createDocument(app, config), {
    jsonDocumentUrl: 'api/openapi.json',
    swaggerOptions: { persistAuthorization: true },
    customSiteTitle: 'Tidings API',
  });
}
