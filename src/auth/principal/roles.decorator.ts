import { SetMetadata } from '@nestjs/common';
import type { CustomDecorator } from '@nestjs/common';
import type { Role } from './principal.js';

export const ROLES_ALLOWED = Symbol('roles allowed');

/** Restricts a route or a controller to these roles; other users get 403. On a method, it overrides the roles of the controller. */
export const Roles = (...roles: Role[]): CustomDecorator<symbol> => SetMetadata(ROLES_ALLOWED, roles);
