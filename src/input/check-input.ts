import type { NestExpressApplication } from '@nestjs/platform-express';
import { InputGuard } from './input.guard.js';
import { InputValidationPipe } from './validation.pipe.js';

/** Reads and checks what clients send. For an application created with `bodyParser: false`, before `init`. */
export function checkInput(app: NestExpressApplication): void {
  // Guards that modules provide (`APP_GUARD`) come before this one.
  app.useGlobalGuards(new InputGuard());
  app.useGlobalPipes(new InputValidationPipe());
}
