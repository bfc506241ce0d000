import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { PresenceModule } from '../presence/presence.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { StreamsModule } from '../streams/streams.module.js';
import { EarningData } from './earning-data.js';
import { EarningsService } from './earnings.service.js';
import { PartnerGateway } from './partner.gateway.js';
import { PartnerListController } from './partner-list.controller.js';
import { PartnersController } from './partners.controller.js';
import { PartnersService } from './partners.service.js';
import { PartnerStreamController } from './partner-stream.controller.js';

@Module({
  imports: [AuthModule, PresenceModule, RealtimeModule, StreamsModule],
  controllers: [PartnerStreamController, PartnersController, PartnerListController],
  providers: [EarningData, PartnersService, EarningsService, PartnerGateway],
  exports: [PartnersService, EarningsService],
})
export class PartnersModule {}
