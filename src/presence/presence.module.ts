import { Module } from '@nestjs/common';
import { Presence } from './presence.js';
import { PresencePeers } from './presence-peers.js';

/** Who is online in a room, over all nodes. */
@Module({ providers: [PresencePeers, Presence], exports: [Presence] })
export class PresenceModule {}
