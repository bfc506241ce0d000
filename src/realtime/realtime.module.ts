import { Module } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { AuthModule } from '../auth/auth.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { AccessCheck } from './admission/access-check.js';
import { Admission } from './admission/admission.js';
import { PendingAdmissions } from './admission/pending-admissions.js';
import { AudienceRegistry } from './fan-out/audience-registry.js';
import { CatchUp } from './fan-out/catch-up.js';
import { ClientMessages } from './fan-out/client-messages.js';
import { ConnectionRegistry } from './connection/connection-registry.js';
import { Drain } from './drain.js';
import { EntryRules } from './entry/entry-rules.js';
import { Establishment } from './admission/establishment.js';
import { EventStreams } from './event-streams.js';
import { FanOut } from './fan-out/fan-out.js';
import { GatewayRegistry } from './gateway/gateway-registry.js';
import { Handshake } from './handshake.js';
import { HeartbeatScheduler } from './session/heartbeat-scheduler.js';
import { HeldMessages } from './fan-out/held-messages.js';
import { RealtimeStatus } from './connection/realtime-status.js';
import { Reauthentication } from './admission/reauthentication.js';
import { Resume } from './fan-out/resume.js';
import { SocketCloser } from './socket-closer.js';
import { SessionRegistry } from './session/session-registry.js';

/** The socket engine. It discovers the gateways of other rooms by their decorator; their modules import only what they inject. */
@Module({
  imports: [DiscoveryModule, AuthModule, StreamsModule],
  providers: [
    ConnectionRegistry,
    RealtimeStatus,
    ClientMessages,
    HeldMessages,
    FanOut,
    CatchUp,
    AudienceRegistry,
    EntryRules,
    HeartbeatScheduler,
    PendingAdmissions,
    AccessCheck,
    Admission,
    Resume,
    Establishment,
    EventStreams,
    Reauthentication,
    SessionRegistry,
    GatewayRegistry,
    Handshake,
    SocketCloser,
    Drain,
  ],
  exports: [SocketCloser, EventStreams, RealtimeStatus, ClientMessages, GatewayRegistry],
})
export class RealtimeModule {}
