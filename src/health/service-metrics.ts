import { Injectable } from '@nestjs/common';
import type { OnModuleInit } from '@nestjs/common';
import { Counter, Gauge } from 'prom-client';
import { ChannelLayer } from '../channel-layer/interface/channel-layer.js';
import { Database } from '../database/database.js';
import { ClientMessages } from '../realtime/fan-out/client-messages.js';
import { RealtimeStatus } from '../realtime/connection/realtime-status.js';
import { StreamStatistics } from '../streams/follow/stream-statistics.js';
import { ServiceRegistry } from './service-registry.js';

/** Metrics that the rooms count themselves, read for each request of /metrics. */
@Injectable()
export class ServiceMetrics implements OnModuleInit {
  constructor(
    private readonly service: ServiceRegistry,
    private readonly database: Database,
    private readonly channelLayer: ChannelLayer,
    private readonly realtime: RealtimeStatus,
    private readonly streams: StreamStatistics,
    private readonly clientMessages: ClientMessages,
  ) {}

  onModuleInit(): void {
    this.gauge('tidings_websocket_connections', 'Open sockets on this node.', () => this.realtime.connections);
    this.gauge('tidings_draining', '1 while this node is shutting down.', () => Number(this.realtime.draining));
    this.counter(
      'tidings_group_messages_unknown_total',
      'Group messages of a type that no gateway supports.',
      () => this.clientMessages.dropped,
    );
    this.databaseConnections();
    this.channelLayerMessages();
    this.streamEvents();
  }

  private databaseConnections(): void {
    const { database } = this;
    new Gauge({
      name: 'tidings_database_connections',
      help: 'Connections to PostgreSQL by pool (requests, jobs) and state, and callers waiting for a connection. No values on PGlite.',
      labelNames: ['pool', 'state'],
      registers: [this.service.registry],
      collect() {
        for (const [pool, states] of Object.entries({ ...database.pools }))
          for (const [state, count] of Object.entries<number>({ ...states })) this.set({ pool, state }, count);
      },
    });
  }

  private channelLayerMessages(): void {
    const { channelLayer } = this;
    new Counter({
      name: 'tidings_channel_layer_messages_total',
      help: 'Messages of the channel layer: sent, received, dropped (channel full or expired), malformed.',
      labelNames: ['event'],
      registers: [this.service.registry],
      collect() {
        setAll(this, channelLayer.statistics);
      },
    });
  }

  private streamEvents(): void {
    const { streams } = this;
    new Counter({
      name: 'tidings_streams_total',
      help: 'Durable streams: gaps found and repaired, duplicates dropped, entries replayed, sockets too slow for live messages.',
      labelNames: ['event'],
      registers: [this.service.registry],
      collect() {
        setAll(this, streams);
      },
    });
  }

  private gauge(name: string, help: string, read: () => number): void {
    new Gauge({
      name,
      help,
      registers: [this.service.registry],
      collect() {
        this.set(read());
      },
    });
  }

  private counter(name: string, help: string, read: () => number): void {
    new Counter({
      name,
      help,
      registers: [this.service.registry],
      collect() {
        this.reset();
        this.inc(read());
      },
    });
  }
}

/** The rooms keep the totals. A prom-client counter can only be incremented, so it is reset each time it is read. */
function setAll(counter: Counter<'event'>, totals: object): void {
  counter.reset();
  for (const [name, total] of Object.entries(totals)) {
    if (typeof total === 'number')
      counter.inc({ event: name.replace(/[A-Z]/g, (letter) => `_${letter.toLowerCase()}`) }, total);
  }
}
