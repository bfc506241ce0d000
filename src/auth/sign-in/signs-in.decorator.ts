import { applyDecorators, SetMetadata } from '@nestjs/common';
import { NotStored } from './not-stored.decorator.js';
import { Public } from '../principal/public.decorator.js';

export const SIGNS_IN = Symbol('signs-in');

/** Marks public routes that return tokens. Requests from origins that ALLOWED_HOSTS does not allow are rejected (login CSRF). */
export const SignsIn = (): MethodDecorator => applyDecorators(Public(), NotStored(), SetMetadata(SIGNS_IN, true));
