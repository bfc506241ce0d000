import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';
import type { Role } from './principal.js';

export const ROLES_ALLOWED = Symbol('roles allowed');

/** Only these roles may use the route or the controller; others get 403. The one on the method wins. */
export const Roles = (...roles: Role[]): CustomDecorator<symbol> => SetMetadata(ROLES_ALLOWED, roles);
