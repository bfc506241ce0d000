import { createHash, timingSafeEqual } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import type { CanActivate, ExecutionContext } from '@nestjs/common';
import type { Request } from 'express';
import { Settings } from '../config/settings.js';
import { ServiceError } from '../errors/service-error.js';

const LOOPBACK = /^(::1|(::ffff:)?127(\.\d{1,3}){3})$/;
/** A proxy on this machine comes from loopback too, whoever stands behind it. */
const PROXY_HEADERS = ['forwarded', 'x-forwarded-for', 'x-real-ip', 'via'];

/** With METRICS_TOKEN whoever has it; without one this machine only in production, anyone elsewhere. */
@Injectable()
export class MetricsGuard implements CanActivate {
  constructor(private readonly settings: Settings) {}

  canActivate(context: ExecutionContext): boolean {
    const request = context.switchToHttp().getRequest<Request>();
    const { metricsToken, nodeEnv } = this.settings;
    if (metricsToken !== undefined) return hasToken(request, metricsToken);
    if (nodeEnv !== 'production' || isLocal(request)) return true;
    throw new ServiceError('forbidden', 'Metrics are served to loopback addresses only unless METRICS_TOKEN is set.');
  }
}

function hasToken(request: Request, token: string): boolean {
  const [, given] = /^Bearer +(\S+)$/i.exec(request.headers.authorization ?? '') ?? [];
  if (given !== undefined && timingSafeEqual(sha256(given), sha256(token))) return true;
  throw new ServiceError('unauthenticated', 'Metrics require `Authorization: Bearer` with METRICS_TOKEN.');
}

function isLocal({ socket, headers }: Request): boolean {
  return LOOPBACK.test(socket.remoteAddress ?? '') && PROXY_HEADERS.every((name) => headers[name] === undefined);
}

/** Of one length, which timingSafeEqual asks for. */
function sha256(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
