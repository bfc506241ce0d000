import { Injectable } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { GATEWAY_METADATA, GATEWAY_OPTIONS } from '@nestjs/websockets/constants.js';
import type { RealtimeGateway } from './gateway.js';
import { ServedGateway } from './served-gateway.js';

/** The gateways of the application, by path. */
@Injectable()
export class GatewayRegistry {
  private byPath: Map<string, ServedGateway> | undefined;

  constructor(private readonly discovery: DiscoveryService) {}

  /**
   * Throws if no gateway declares the path, if a gateway class lacks `open` or `toClientMessage`, or if two gateways declare
   * the same path.
   */
  find(path: string): ServedGateway {
    this.byPath ??= this.discover();
    const gateway = this.byPath.get(path);
    if (!gateway) throw new Error(`no gateway declares the path ${path}`);
    return gateway;
  }

  /** All gateways of the application. Throws for invalid gateways, as `find` does. */
  get all(): ServedGateway[] {
    this.byPath ??= this.discover();
    return [...this.byPath.values()];
  }

  private discover(): Map<string, ServedGateway> {
    const found = new Map<string, ServedGateway>();
    for (const { instance, metatype } of this.discovery.getProviders()) {
      if (!metatype || !Reflect.getMetadata(GATEWAY_METADATA, metatype)) continue;
      const { path = '/' } = Reflect.getMetadata(GATEWAY_OPTIONS, metatype) as { path?: string };
      if (!isRealtimeGateway(instance)) throw new Error(`${metatype.name} lacks open() or toClientMessage()`);
      if (found.has(path)) throw new Error(`two gateways declare the path ${path}`);
      found.set(path, new ServedGateway(path, instance));
    }
    return found;
  }
}

function isRealtimeGateway(instance: unknown): instance is RealtimeGateway {
  const { open, toClientMessage } = instance as Partial<RealtimeGateway>;
  return typeof open === 'function' && typeof toClientMessage === 'function';
}
