import { Header } from '@nestjs/common';

/** For answers that carry tokens or other credentials: they must not stay in a cache (RFC 6749, section 5.1). */
export const NotStored = (): MethodDecorator => Header('Cache-Control', 'no-store');
