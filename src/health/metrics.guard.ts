import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { bearerToken } from '../auth/tokens/request-token.js';
import { Settings } from '../config/settings.js';
import { isLoopback } from '../config/values/loopback.js';
import { ServiceError } from '../errors/error/service-error.js';

/** A reverse proxy on this machine also connects from loopback, for any client. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** With METRICS_TOKEN: allows clients that send it. Without: in production only clients on this machine, otherwise all clients. */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { metricsToken, nodeEnv } = this.settings.process;
    if (metricsToken !== undefined) return hasToken(request, metricsToken);
    if (nodeEnv !== 'production' || isLocal(request)) return true;
    throw new ServiceError('forbidden', 'Metrics are served to loopback addresses only unless METRICS_TOKEN is set.');
  }
}

function hasToken(request: Request, token: string): boolean {
  const given = bearerToken(request.headers);
  if (given !== null && timingSafeEqual(sha256(given), sha256(token))) return true;
  throw new ServiceError('unauthenticated', 'Metrics require `Authorization: Bearer` with METRICS_TOKEN.');
}

function isLocal({ socket, headers }: Request): boolean {
  return isLoopback(socket.remoteAddress ?? '') && PROXY_HEADERS.every((name) => headers[name] === undefined);
}

/** Gives both values the same length, which timingSafeEqual requires. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
