import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { AccessCheck } from './access-check.js';
import { Admission } from './admission.js';
import { Arrivals } from './arrivals.js';
import { Audiences } from './audiences.js';
import { CatchUp } from './catch-up.js';
import { ClientMessages } from './client-messages.js';
import { Connections } from './connections.js';
import { Drain } from './drain.js';
import { Entrance } from './entrance.js';
import { EntryRules } from './entry-rules.js';
import { Establishment } from './establishment.js';
import { EventStreams } from './event-streams.js';
import { FanOut } from './fan-out.js';
import { GatewayRegistry } from './gateway-registry.js';
import { Handshake } from './handshake.js';
import { Heartbeats } from './heartbeats.js';
import { HeldMessages } from './held-messages.js';
import { PublicUrls } from './public-urls.js';
import { RealtimeController } from './realtime.controller.js';
import { RealtimeStatus } from './realtime-status.js';
import { Reauthentication } from './reauthentication.js';
import { Resume } from './resume.js';
import { SocketCloser } from './socket-closer.js';
import { SocketSessions } from './socket-sessions.js';

/** The socket engine. Gateways of other rooms are found by it; they need only import what they inject. */
@Module({
  imports: [DiscoveryModule, AuthModule, ProvidersModule, StreamsModule],
  controllers: [RealtimeController],
  providers: [
    Connections,
    RealtimeStatus,
    ClientMessages,
    HeldMessages,
    FanOut,
    CatchUp,
    Audiences,
    EntryRules,
    Heartbeats,
    Arrivals,
    AccessCheck,
    Admission,
    Entrance,
    Resume,
    Establishment,
    EventStreams,
    Reauthentication,
    SocketSessions,
    GatewayRegistry,
    Handshake,
    SocketCloser,
    Drain,
    PublicUrls,
  ],
  exports: [PublicUrls, SocketCloser, EventStreams, RealtimeStatus, ClientMessages],
})
export class RealtimeModule {}
