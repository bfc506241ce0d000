import { Header } from '@nestjs/common';

/** For responses with tokens or other credentials, which must not be cached (RFC 6749, section 5.1). */
export const NotStored = (): MethodDecorator => Header('Cache-Control', 'no-store');
