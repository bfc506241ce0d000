import { createParamDecorator } from '@nestjs/common';
import type { ExecutionContext } from '@nestjs/common';
import type { Request, Response } from 'express';
import { addressKey } from '../../client-address/address-key.js';
import { readCookie } from '../tokens/request-token.js';

const DEVICE_COOKIE = 'tidings_device';
const DEVICE_COOKIE_LIFE_MS = 180 * 24 * 3_600_000;

/** The client that sent a login or a registration. */
export interface SignInClient {
  /** `addressKey` of the client. */
  readonly address: string;
  /** As the browser sent it; not verified. */
  readonly deviceCookie: string | null;
  /** The User-Agent header; empty if it is missing. */
  readonly userAgent: string;
  /** Stores this device cookie in the browser. */
  keepDeviceCookie(value: string): void;
}

/** The client of a login or a registration. */
export const SignInClientParam = createParamDecorator((_data: unknown, context: ExecutionContext): SignInClient => {
  const http = context.switchToHttp();
  const request = http.getRequest<Request>();
  const response = http.getResponse<Response>();
  return {
    address: addressKey(request.ip ?? ''),
    deviceCookie: readCookie(request.headers.cookie, DEVICE_COOKIE),
    userAgent: request.headers['user-agent'] ?? '',
    keepDeviceCookie: (value) => {
      const { secure } = request;
      const options = { httpOnly: true, sameSite: 'lax', secure, path: '/api/auth' } as const;
      response.cookie(DEVICE_COOKIE, value, { ...options, maxAge: DEVICE_COOKIE_LIFE_MS });
    },
  };
});
