import { Logger, Module } from '@nestjs/common';
import type { DynamicModule, FactoryProvider, ModuleMetadata, OnApplicationShutdown } from '@nestjs/common';
import type { ChannelLayerOptions } from './interface/channel-layer-options.js';
import { ChannelLayer } from './interface/channel-layer.js';
import { createChannelLayer } from './create-channel-layer.js';

export type { ChannelLayerOptions } from './interface/channel-layer-options.js';

const CHANNEL_LAYER_OPTIONS = Symbol('CHANNEL_LAYER_OPTIONS');

export interface ChannelLayerAsyncOptions {
  readonly imports?: ModuleMetadata['imports'];
  readonly inject?: FactoryProvider['inject'];
  readonly useFactory: FactoryProvider<ChannelLayerOptions>['useFactory'];
}

/** Provides `ChannelLayer` to all modules. Warnings go to Nest's logger unless the options contain `warn`. */
@Module({})
export class ChannelLayerModule implements OnApplicationShutdown {
  constructor(private readonly layer: ChannelLayer) {}

  static forRootAsync(options: ChannelLayerAsyncOptions): DynamicModule {
    return {
      module: ChannelLayerModule,
      global: true,
      imports: options.imports ?? [],
      providers: [
        { provide: CHANNEL_LAYER_OPTIONS, inject: options.inject ?? [], useFactory: options.useFactory },
        { provide: ChannelLayer, inject: [CHANNEL_LAYER_OPTIONS], useFactory: createLoggingChannelLayer },
      ],
      exports: [ChannelLayer],
    };
  }

  /** Closes the layer in the last hook of a shutdown, because sockets and jobs may publish in the hooks before. */
  async onApplicationShutdown(): Promise<void> {
    await this.layer.close();
  }
}

function createLoggingChannelLayer(options: ChannelLayerOptions): Promise<ChannelLayer> {
  const logger = new Logger(ChannelLayer.name);
  return createChannelLayer({ ...options, warn: options.warn ?? ((text) => logger.warn(text)) });
}
