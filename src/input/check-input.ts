import type { NestExpressApplication } from '@nestjs/platform-express';
import { InputGuard } from './input.guard.js';
import { InputValidationPipe } from './input-validation.pipe.js';

/** Parses and validates client input. For an application created with `bodyParser: false`; call this before `init`. */
export function checkInput(app: NestExpressApplication): void {
  // Guards that modules provide (`APP_GUARD`) run before this one.
  app.useGlobalGuards(new InputGuard());
  app.useGlobalPipes(new InputValidationPipe());
}
