import { ApiHeader } from '@nestjs/swagger';

/** Documents that the route accepts an Idempotency-Key (`IdempotentRequestParam`). `further`: ends the sentence. */
export const ApiIdempotencyKey = (further = ''): MethodDecorator =>
  ApiHeader({
    name: 'Idempotency-Key',
    required: false,
    description: `Makes the request safe to repeat for 24 hours${further}`,
  });
