import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';

export const PUBLIC = Symbol('public');

/** Opens a route or a whole controller to anyone. Everything else wants a token. */
export const Public = (): CustomDecorator<symbol> => SetMetadata(PUBLIC, true);
