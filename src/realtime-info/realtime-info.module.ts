import { Module } from '@nestjs/common';
import { AuthModule } from '../auth/auth.module.js';
import { ProvidersModule } from '../providers/providers.module.js';
import { RealtimeModule } from '../realtime/realtime.module.js';
import { PublicUrls } from './public-urls.js';
import { RealtimeInfoController } from './realtime-info.controller.js';

/** `realtime/token` and `realtime/info`: the URLs of the sockets, and the available features. */
@Module({
  imports: [AuthModule, ProvidersModule, RealtimeModule],
  controllers: [RealtimeInfoController],
  providers: [PublicUrls],
  exports: [PublicUrls],
})
export class RealtimeInfoModule {}
