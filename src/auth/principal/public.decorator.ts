import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';

export const PUBLIC = Symbol('public');

/** Allows requests without a token on a route or a whole controller. All other routes require a token. */
export const Public = (): CustomDecorator<symbol> => SetMetadata(PUBLIC, true);
